"""Which curated answer a question gets, and which it does not."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from libs.common.curated import CuratedAnswer
from libs.common.deadline import Deadline
from libs.embedding.embedder import EmbeddingFailed, Vectors
from services.generation.curated import LEAST_SIMILARITY, CuratedAnswers, Uncurated
from services.generation.turn import Turn
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.generation.examples import ANA, manifest, question

TEA = CuratedAnswer(
    id="tea",
    questions=("When is tea served?", "What time is tea"),
    answer="At four.",
    state="approved",
    approved_by="bob",
)


class TwoMeanings(FakeEmbedder):
    """Knows tea from everything else, and by how much each question leans towards it."""

    def __init__(self) -> None:
        super().__init__()
        self.leaning = {"nearly": LEAST_SIMILARITY + 0.01, "hardly": LEAST_SIMILARITY - 0.01}
        self.embedded: list[str] = []
        self.failing = 0
        self.lock = threading.Lock()

    def embed_query(self, text: str) -> Vectors:
        share = next((share for word, share in self.leaning.items() if word in text), 1.0)
        share = share if "tea" in text.lower() else 0.0
        return np.array([share, (1 - share**2) ** 0.5], dtype=np.float32)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        with self.lock:
            if self.failing:
                self.failing -= 1
                raise EmbeddingFailed("Away.")
            self.embedded += texts
        return np.stack([self.embed_query(text) for text in texts])


class Desk:
    """Curated answers, and visitors who ask."""

    def __init__(self, executor: ThreadPoolExecutor) -> None:
        self.clock = FakeClock()
        self.embedder = TwoMeanings()
        self.answers = CuratedAnswers(self.embedder, executor, self.clock, books=2)

    async def find(
        self, asked: str, *answers: CuratedAnswer, manifest_id: str = "1" * 64, access: str = ""
    ) -> str:
        """Id of the answer that a visitor gets, once everything is embedded; empty for none."""
        shape = manifest().model_copy(update={"curated": answers or (TEA,)})
        caller = replace(ANA, access=frozenset(access.split()))
        asking = question(asked, manifest_id=manifest_id)
        turn = Turn.of(asking, caller, shape, Deadline.after(60, self.clock))
        await self.answers.ready(turn)
        found = await self.answers.find(turn, asked)
        return found.id if found else ""


@pytest.fixture
def desk(executor: ThreadPoolExecutor) -> Desk:
    return Desk(executor)


@pytest.mark.parametrize("asked", ["When is tea served?", "when is TEA served", "What time is tea?"])
async def test_an_equal_question_is_found_before_anything_is_embedded(desk: Desk, asked: str) -> None:
    desk.embedder.failing = 1000
    assert await desk.find(asked) == "tea"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("At which hour is tea nearly served?", "tea"),
        ("At which hour is tea hardly served?", ""),
        ("Where is the coffee?", ""),
        ("At which hour is tea nearly not served?", ""),
        ("At which hour is tea nearly served in room 4?", ""),
        ("At which hour is tea nearly served in Berlin?", ""),
    ],
)
async def test_a_similar_one_is_found_where_numbers_denials_and_names_agree(
    desk: Desk, asked: str, found: str
) -> None:
    assert await desk.find(asked) == found


async def test_an_answer_is_used_until_the_day_on_which_it_expires(desk: Desk) -> None:
    # The clock begins on 2025-06-15.
    until = TEA.model_copy(update={"expires_at": date(2025, 6, 16)})
    assert await desk.find("When is tea served?", until) == "tea"
    desk.clock.advance(24 * 3600)
    assert await desk.find("When is tea served?", until) == ""
    assert await desk.find("At which hour is tea nearly served?", until) == ""


async def test_an_answer_for_some_is_for_nobody_else(desk: Desk) -> None:
    closed = TEA.model_copy(update={"access": ("staff", "board")})
    open_one = TEA.model_copy(update={"id": "public"})
    assert await desk.find("When is tea served?", closed) == ""
    assert await desk.find("When is tea served?", closed, access="board") == "tea"
    assert await desk.find("When is tea served?", closed, open_one, manifest_id="2" * 64) == "public"


async def test_questions_are_embedded_once_a_manifest_and_few_manifests_are_kept(desk: Desk) -> None:
    for manifest_id in ("1", "1", "2", "1", "3", "1"):
        await desk.find("Where is the coffee?", manifest_id=manifest_id * 64)
    assert len(desk.embedder.embedded) == 3 * len(TEA.questions)
    await desk.find("Where is the coffee?", manifest_id="2" * 64)
    assert len(desk.embedder.embedded) == 4 * len(TEA.questions)


async def test_embedding_that_fails_is_tried_again(desk: Desk) -> None:
    desk.embedder.failing = 1
    assert await desk.find("At which hour is tea nearly served?") == ""
    await desk.find("Anything else?")
    assert await desk.find("At which hour is tea nearly served?") == "tea"


async def test_without_curated_answers_nothing_is_done(desk: Desk) -> None:
    turn = Turn.of(question("Tea?"), ANA, manifest(), Deadline.after(60, desk.clock))
    assert await desk.answers.find(turn, "Tea?") is None
    assert await Uncurated().find(turn, "Tea?") is None
    assert desk.embedder.embedded == []
