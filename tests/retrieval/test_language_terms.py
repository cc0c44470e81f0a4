"""Terms are words, and for writing without blanks those that a dictionary tells apart."""

from __future__ import annotations

import pytest

from services.retrieval.qdrant_edge.bm25 import QdrantBm25

TERMS = QdrantBm25()
JAPANESE = "データベースに接続するには、設定ファイルを編集します。FastAPI databases"
CHINESE = "要连接数据库，请编辑配置文件。"


def shared(question: str, passage: str, language: str) -> int:
    """How many terms a question shares with a passage of a language."""
    asked = TERMS.of_query(question, {language})
    return len(set(asked) & set(TERMS.of_passage(passage, language).terms))


def test_words_are_found_in_writing_without_blanks() -> None:
    assert shared("接続", JAPANESE, "ja") >= 1
    assert shared("数据库", CHINESE, "zh") >= 1
    assert shared("数据库", CHINESE, "") == 0  # as it was before passages knew their language


def test_latin_words_among_them_are_found_as_everywhere() -> None:
    assert shared("FastAPI database", JAPANESE, "ja") == 2


@pytest.mark.parametrize("language", ["en", "de", "pt-br", "", "xx"])
def test_other_languages_have_the_same_terms_as_ever(language: str) -> None:
    text = "The radios need new batteries; die Häuser der Städte."
    words, english = TERMS.of_passage(text, language), TERMS.of_passage(text, "en")
    assert (list(words.terms), list(words.weights)) == (list(english.terms), list(english.weights))


def test_a_question_in_other_writing_has_the_same_terms_whatever_is_searched() -> None:
    for question in ("Where are the radios?", "Wo sind die Häuser?", "πού είναι"):
        plain = list(TERMS.of_query(question, set()))
        assert list(TERMS.of_query(question, {"ja", "zh", "de"})) == plain
        assert list(TERMS.of_query(question, None)) == plain


def test_where_the_passages_languages_are_not_known_the_writing_decides() -> None:
    kana, han = "データベースに接続", "数据库连接"
    assert set(TERMS.of_query(kana, None)) == set(TERMS.of_query(kana, {"ja"}))
    assert set(TERMS.of_query(han, None)) == set(TERMS.of_query(han, {"ja", "zh"}))


def test_every_term_of_a_passage_comes_once_with_its_weight() -> None:
    words = TERMS.of_passage(JAPANESE, "ja")
    assert len(set(words.terms)) == len(words.terms) == len(words.weights)
    assert min(words.weights) > 0


def test_a_question_without_words_has_no_terms() -> None:
    assert list(TERMS.of_query("?!", {"en"})) == []
