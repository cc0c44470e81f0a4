"""Counting whose language was told."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import question_languages
from evals.corpora import DATA
from evals.question_languages import ASKED, row_of
from services.retrieval.qdrant_edge.bm25 import QdrantBm25


def test_what_is_left_open_is_counted_apart_from_what_is_taken_for_another() -> None:
    told = {"a": "de", "b": "", "c": "en", "d": "nl"}
    assert row_of("set", "de", list(told), told.__getitem__) == ["set", "de", "4", "25.0 %", "1", "1", "1"]


def test_english_is_not_taken_for_english_but_told_right() -> None:
    assert row_of("set", "en", ["a"], lambda _: "en") == ["set", "en", "1", "100.0 %", "0", "0", "0"]


def test_a_set_without_texts_has_a_row() -> None:
    assert row_of("set", "en", [], lambda _: "en")[2:4] == ["0", "0.0 %"]


def test_what_is_not_here_is_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(question_languages, "PAGES", tmp_path / "docs-fastapi")
    assert "Not run:" in question_languages.run(False)


@pytest.mark.skipif(
    not question_languages.PAGES.exists() or not all((DATA / name).exists() for name in ASKED),
    reason="the published questions are not here",
)
def test_no_english_question_at_hand_is_taken_for_another_language() -> None:
    tell = QdrantBm25().language_of
    for name in ASKED:
        assert row_of(name, "en", question_languages._questions(name), tell)[-1] == "0", name
