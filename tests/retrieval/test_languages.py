"""Telling languages."""

from __future__ import annotations

import pytest

from services.retrieval.languages import Languages
from services.retrieval.parser_markdown import parse_markdown

GERMAN = "Ein Bienenvolk besteht aus einer Königin, vielen Arbeiterinnen und im Sommer auch aus Drohnen."
ENGLISH = "A hive has one queen, many workers and, in summer, a number of drones that do no work at all."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        (GERMAN, "de"),
        ("ミツバチの巣には一匹の女王蜂と多くの働き蜂がいます。夏には雄蜂もいます。", "ja"),
        ("تحتوي خلية النحل على ملكة واحدة وعدد كبير من الشغالات", "ar"),
        ("```\nx = 1\n```\n", ""),
        ("Hi.", ""),
    ],
)
def test_the_language_of_a_document_is_that_of_its_prose(text: str, language: str) -> None:
    assert Languages().of_document(parse_markdown(text)) == language


@pytest.mark.parametrize(
    ("text", "document", "language"),
    [
        (ENGLISH, "en", "en"),
        (GERMAN, "en", "de"),
        (GERMAN, "de-at", "de"),
        ("Königin", "en", "en"),
        (ENGLISH, "", "en"),
        ("x = y", "", ""),
    ],
)
def test_a_passage_is_in_the_language_of_its_document_unless_it_is_surely_not(
    text: str, document: str, language: str
) -> None:
    assert Languages().of_passage(text, document) == language


def test_a_doubtful_guess_changes_nothing() -> None:
    assert Languages(lambda _: ("la", 0.5)).of_passage(ENGLISH, "en") == "en"
    assert Languages(lambda _: ("la", 0.4)).of_document(parse_markdown(ENGLISH)) == ""
