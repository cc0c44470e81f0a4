"""On topic or not, before a model is paid for."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from libs.common.manifest import Policy
from libs.embedding.embedder import Embedder
from services.generation.evidence import weigh
from services.generation.passage import Passage
from tests.generation.examples import COFFEE, TEA, passage

DATA = Path(__file__).parents[2].parent / "shared/data"


def test_similar_passages_with_the_questions_words_are_on_topic() -> None:
    evidence = weigh("When is tea served?", (passage(TEA, dense=0.6),), "en", 0.42)
    assert evidence.relevance == pytest.approx(0.75 * 0.6 + 0.25)
    assert evidence.on_topic


def test_the_words_of_headings_and_title_count() -> None:
    known = weigh("What are the house rules?", (passage(COFFEE, dense=0.3),), "en", 0.42)
    assert known.relevance == pytest.approx(0.75 * 0.3 + 0.25)


def test_distant_passages_are_off_topic() -> None:
    evidence = weigh("Who won the football game?", (passage(TEA, dense=0.1),), "en", 0.42)
    assert not evidence.on_topic


def test_one_passage_must_have_the_words_not_all_together() -> None:
    passages = (passage("Tea only.", dense=0.2), passage("Served only.", dense=0.2))
    assert weigh("tea served", passages, "en", 0.42).relevance == pytest.approx(0.75 * 0.2 + 0.125)


def test_without_vectors_the_words_decide() -> None:
    found = (passage(TEA, dense=None),)
    assert weigh("When is tea served?", found, "en", 0.42).relevance == 1.0
    assert not weigh("Who won the football game?", found, "en", 0.42).on_topic


def test_a_question_without_content_words_is_measured_by_meaning() -> None:
    assert weigh("How is it?", (passage(TEA, dense=0.5),), "en", 0.42).relevance == 0.5


def test_nothing_found_is_off_topic() -> None:
    assert not weigh("When is tea served?", (), "en", 0.0).on_topic


def test_relevance_stays_between_zero_and_one() -> None:
    assert weigh("football", (passage(TEA, dense=-0.4),), "en", 0.42).relevance == 0.0


@pytest.mark.skipif(not (DATA / "intents-oos").is_dir(), reason="intents-oos is not beside the project")
def test_out_of_scope_questions_are_told_from_questions_about_the_documents(real_embedder: Embedder) -> None:
    """60 passages, 40 questions about them, 60 out of scope; with whole sets .979 to .998."""
    search = Encyclopaedia(real_embedder, 60)
    least = Policy().min_relevance
    on_topic = [search.relevance(question) for question in search.questions[:40]]
    out_of_scope = [search.relevance(question) for question in _out_of_scope(60)]
    wins = [(a > b) + 0.5 * (a == b) for a in on_topic for b in out_of_scope]
    assert sum(wins) / len(wins) >= 0.96
    assert sum(value >= least for value in on_topic) >= 0.9 * len(on_topic)
    assert sum(value < least for value in out_of_scope) >= 0.8 * len(out_of_scope)


class Encyclopaedia:
    """Some passages of SQuAD 2.0, searched by meaning alone."""

    def __init__(self, embedder: Embedder, size: int) -> None:
        self._embedder = embedder
        rows = random.Random(3).sample(_rows("squad2/corpus.jsonl"), size)
        self._rows = [row for row in rows if row["metadata"]["split"] == "dev"]
        self._vectors = embedder.embed_passages([row["text"] for row in self._rows])
        names = {row["_id"] for row in self._rows}
        texts = {row["_id"]: row["text"] for row in _rows("squad2/queries.jsonl")}
        pairs = (
            line.split("\t")[:2] for line in (DATA / "squad2/qrels/test.tsv").read_text().splitlines()[1:]
        )
        self.questions = [texts[query] for query, name in pairs if name in names]
        random.Random(4).shuffle(self.questions)

    def relevance(self, question: str) -> float:
        cosines = self._vectors @ self._embedder.embed_query(question)
        best = np.argsort(-cosines)[:8]
        found = [_passage(self._rows[at], float(cosines[at])) for at in best]
        return weigh(question, found, "en", 0.0).relevance


def _passage(row: dict[str, Any], cosine: float) -> Passage:
    title = row["title"].replace("_", " ")
    return Passage(row["_id"], row["_id"], "", title, (), row["text"], cosine, cosine)


def _out_of_scope(size: int) -> list[str]:
    asked = [row["text"] for row in _rows("intents-oos/clinc150_test.jsonl") if row["intent"] == "oos"]
    return random.Random(5).sample(asked, size)


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text().splitlines()]
