"""Every phrase exists in every language, with the same placeholders and in that language's own words."""

from __future__ import annotations

import re
import tomllib
from string import Formatter
from typing import get_args

import pytest

from services.generation.language import LANGUAGES
from services.generation.phrases import FOLDER, Phrase, listed, phrase
from services.generation.words import FUNCTION_WORDS

PUNCTUATION: set[Phrase] = {"quoted", "comma"}
BUTTONS: set[Phrase] = {"more_about"}
WORDS = [name for name in get_args(Phrase) if name not in PUNCTUATION | BUTTONS]
OTHERS = sorted(set(LANGUAGES) - {"en"})


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_there_is_a_file_for_each_language() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_file_has_all_phrases_and_no_others(language: str) -> None:
    spoken = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    assert set(spoken) == set(get_args(Phrase))


@pytest.mark.parametrize("name", WORDS)
def test_each_language_has_its_own_words(name: Phrase) -> None:
    spoken = [phrase(name, language) for language in LANGUAGES]
    assert len(set(spoken)) == len(LANGUAGES)
    assert all(text[-1] in ".。?؟？!！" for text in spoken)
    assert all(text[0] in "¡¿" or text[0] == text[0].upper() for text in spoken)


@pytest.mark.parametrize("name", get_args(Phrase))
def test_the_placeholders_are_the_same_in_all_languages(name: Phrase) -> None:
    assert {frozenset(placeholders(phrase(name, code))) for code in LANGUAGES} == {
        frozenset(placeholders(phrase(name, "en")))
    }


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_over(language: str) -> None:
    english = FUNCTION_WORDS["en"] - FUNCTION_WORDS.get(language, frozenset()) - {"in", "me", "am", "i", "a"}
    for name in WORDS:
        words = re.findall(r"[^\W\d_]+", re.sub(r"\{\w+\}", "", phrase(name, language)).lower())
        assert sum(word in english for word in words) <= 1, (name, words)


def test_unknown_languages_get_english() -> None:
    assert phrase("unsupported", "fi") == phrase("unsupported", "en")
    assert phrase("unsupported", "../en") == phrase("unsupported", "en")


def test_titles_are_quoted_and_listed_as_the_language_does() -> None:
    assert listed(["Leave", "Travel"], "de") == "„Leave“, „Travel“"
    assert listed(["Leave", "Travel"], "ja") == "「Leave」、「Travel」"
