"""The language of the sources."""

from __future__ import annotations

from services.generation.quoted_language import quoted_language
from tests.generation.examples import source


def test_what_retrieval_says_counts() -> None:
    assert quoted_language((source(language="pt-br"), source(2, language="pt"))) == "pt"


def test_else_the_text_tells() -> None:
    assert (
        quoted_language((source(1, "Der Tee wird um vier Uhr im Garten serviert, und er ist frei."),)) == "de"
    )


def test_languages_that_are_not_spoken_here_are_not_named() -> None:
    assert quoted_language((source(language="fi"),)) == ""
    assert quoted_language(()) == ""
