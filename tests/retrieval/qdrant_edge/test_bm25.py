"""The engine's terms: the same for a word however it is written, and different for different words."""

from __future__ import annotations

import pytest

from services.retrieval.qdrant_edge.bm25 import QdrantBm25

BM25 = QdrantBm25()


@pytest.mark.parametrize(
    ("written", "asked", "language"),
    [("naïve", "NAIVE", "en"), ("kept jumping", "jumped", "en"), ("Köchin", "kochin", "de")],
)
def test_case_accents_and_inflection_make_no_difference(written: str, asked: str, language: str) -> None:
    terms = set(BM25.of_passage(written, language).terms)

    assert set(BM25.of_query(asked, [language])) <= terms


def test_other_words_have_other_terms() -> None:
    assert not set(BM25.of_query("battery", ["en"])) & set(BM25.of_passage("radio shelf", "en").terms)


def test_a_word_that_comes_often_counts_for_more_but_not_twice_as_much() -> None:
    (once,) = BM25.of_passage("radio", "en").weights
    (twice,) = BM25.of_passage("radio radio", "en").weights

    assert once < twice < 2 * once


@pytest.mark.parametrize("language", ["ja", "zh"])
def test_writing_without_blanks_has_words_all_the_same(language: str) -> None:
    text = {"ja": "データベースに接続する", "zh": "连接数据库"}[language]

    assert len(BM25.of_passage(text, language).terms) > 1
