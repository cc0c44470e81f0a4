from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Any

import pytest

from benchmarks.degraded_answers import (
    EDGE,
    GENERATION,
    MODULE,
    ToldAnswers,
    is_generation,
    prepare_edge,
    prepare_generation,
    spec,
    told,
    visitors,
)
from libs.common.caller import Caller
from libs.embedding.embedder import Vectors
from services.edge_gateway import core_clients
from services.edge_gateway.answers_grpc import GrpcAnswers
from services.generation import sentence_ranking
from tests.fakes.fake_embedder import FakeEmbedder


class CountingEmbedder(FakeEmbedder):
    """Counts the passages that it embeds."""

    embedded = 0

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        return super().embed_passages(texts)


@pytest.mark.parametrize(
    ("subject", "level"),
    [("level-0-1", 0), ("level-3-120", 3), ("level-4-1", 0), ("evals-7", 0), ("a level-2-1", 0), ("", 0)],
)
def test_a_visitors_name_tells_the_level(subject: str, level: int) -> None:
    assert told(subject) == level


def test_visitors_are_called_what_tells_their_level() -> None:
    assert [told(f"{visitors(level)}-9") for level in range(4)] == [0, 1, 2, 3]


def test_generation_is_told_the_level_of_the_name_and_not_the_desks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    async def ask(
        self: Any, caller: Caller, question: Any, pressure: int, begun: Callable[[], None]
    ) -> AsyncGenerator[Any, None]:
        yield None

    def noted(self: Any, caller: Caller, question: Any, pressure: int, begun: Callable[[], None]) -> Any:
        asked.append(pressure)
        return ask(self, caller, question, pressure, begun)

    monkeypatch.setattr(GrpcAnswers, "ask", noted)
    answers = ToldAnswers.__new__(ToldAnswers)
    question: Any = None
    for subject in ("level-2-1", "somebody"):
        answers.ask(Caller(service="edge_gateway", tenant="demo", subject=subject), question, 1, lambda: None)
    assert asked == [2, 0]


@pytest.mark.parametrize(("module", "part"), [(EDGE, "--edge"), (GENERATION, "--generation")])
def test_what_is_changed_runs_through_the_module(module: str, part: str) -> None:
    made = spec("name", module, {"A": "1"}, ("x",))
    assert (made.module, made.arguments, made.environment) == (MODULE, (part, "x"), {"A": "1"})


def test_this_process_is_not_generation() -> None:
    assert not is_generation(os.getpid())
    assert not is_generation(2**22 + 1)


def test_the_others_run_as_they_are() -> None:
    made = spec("retrieval", "services.retrieval", {}, ("y",))
    assert (made.module, made.arguments) == ("services.retrieval", ("y",))


def test_generation_remembers_no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(sentence_ranking), "SentenceVectors", vars(sentence_ranking)["SentenceVectors"])
    assert prepare_generation().__module__ == "services.generation.__main__"
    embedder = CountingEmbedder()
    vectors = vars(sentence_ranking)["SentenceVectors"](embedder)
    for _ in range(2):
        assert vectors.of(["The radio."]).shape[0] == 1
    assert embedder.embedded == 2


def test_the_edge_asks_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(core_clients), "GrpcAnswers", GrpcAnswers)
    assert prepare_edge().__module__ == "services.edge_gateway.__main__"
    assert vars(core_clients)["GrpcAnswers"] is ToldAnswers
