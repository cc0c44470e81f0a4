"""Questions about something else are told from those about the documents."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from evals.off_topic import out_of_scope, separate
from evals.set_index import SetIndex
from tests.evals.conftest import QUESTIONS


def test_only_questions_of_no_intent_are_out_of_scope(tmp_path: Path) -> None:
    path = tmp_path / "clinc.jsonl"
    rows = [{"text": "what is my balance", "intent": "balance"}, {"text": "who painted it", "intent": "oos"}]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert out_of_scope(path) == ("who painted it",)


def test_where_the_questions_are_not_here_there_are_none(tmp_path: Path) -> None:
    assert out_of_scope(tmp_path / "gone.jsonl") == ()


@pytest.mark.process
@pytest.mark.timeout(300)
def test_the_service_separates_both_kinds(small_index: SetIndex) -> None:
    others = ["how many dollars is a euro worth", "set an alarm for seven in the morning"]
    asked: list[None] = []
    with small_index.served() as service:
        texts = [text for text, _ in QUESTIONS.values()]
        figures = asyncio.run(separate(service, texts, others, lambda: asked.append(None)))
    assert (figures.on_topic, figures.off_topic) == (4, 2)
    assert len(asked) == 6
    assert figures.relevance == 1.0
    assert figures.similarity == 1.0
