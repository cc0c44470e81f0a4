"""Every phrase exists in every language."""

from __future__ import annotations

from typing import get_args

import pytest

from services.generation.language import LANGUAGES
from services.generation.phrases import Phrase, phrase


@pytest.mark.parametrize("name", get_args(Phrase))
def test_each_language_has_its_own_words(name: Phrase) -> None:
    spoken = [phrase(name, language) for language in LANGUAGES]
    assert len(set(spoken)) == len(LANGUAGES)
    assert all(text[0] == text[0].upper() and text[-1] in ".。" for text in spoken)
    assert all(("{titles}" in text) == (name == "nearest") for text in spoken)


def test_unknown_languages_get_english() -> None:
    assert phrase("unsupported", "fi") == phrase("unsupported", "en")
