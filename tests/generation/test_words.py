"""The words by which a language is told."""

from __future__ import annotations

from typing import get_args

import pytest

from services.generation.language import LANGUAGES
from services.generation.words import FOLDER, FUNCTION_WORDS, Kind, words_of

UNSPACED = {"ja", "zh"}


def test_there_is_a_file_for_each_language() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(LANGUAGES)


def test_every_language_with_spaces_has_function_words() -> None:
    assert set(FUNCTION_WORDS) == set(LANGUAGES) - UNSPACED


@pytest.mark.parametrize("kind", get_args(Kind))
def test_words_are_lower_case(kind: Kind) -> None:
    assert all(word == word.lower() for words in words_of(kind).values() for word in words)
