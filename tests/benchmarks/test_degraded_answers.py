from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest

from benchmarks.degraded_answers import EDGE, MODULE, ToldAnswers, prepare_edge, spec, told, visitors
from libs.common.caller import Caller
from services.edge_gateway import core_clients
from services.edge_gateway.answers_grpc import GrpcAnswers


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


def test_only_the_edge_runs_through_the_module() -> None:
    made = spec("edge", EDGE, {"A": "1"}, ("x",))
    assert (made.module, made.arguments, made.environment) == (MODULE, ("--edge", "x"), {"A": "1"})
    other = spec("generation", "services.generation", {}, ("y",))
    assert (other.module, other.arguments) == ("services.generation", ("y",))


def test_the_edge_asks_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(vars(core_clients), "GrpcAnswers", GrpcAnswers)
    assert prepare_edge().__module__ == "services.edge_gateway.__main__"
    assert vars(core_clients)["GrpcAnswers"] is ToldAnswers
