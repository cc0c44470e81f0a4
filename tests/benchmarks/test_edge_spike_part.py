from __future__ import annotations

import pytest
import uvicorn

from benchmarks.edge_spike_part import DESKS, EDGE, GENERATION, prepare_edge, prepare_generation, spec
from benchmarks.edge_spike_run import NAMES
from benchmarks.spike_service import CAP, FullQuality, Unprotected
from services.edge_gateway import answer_desk
from services.generation import __main__ as generation


@pytest.fixture(autouse=True)
def as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test replaces is put back after it."""
    monkeypatch.setitem(vars(answer_desk), "Admission", vars(answer_desk)["Admission"])
    monkeypatch.setitem(vars(generation), "Admission", vars(generation)["Admission"])
    monkeypatch.setitem(vars(uvicorn), "Config", uvicorn.Config)


def test_every_row_of_the_report_has_a_desk() -> None:
    assert set(DESKS) == set(NAMES)


@pytest.mark.parametrize("module", [EDGE, GENERATION])
def test_what_answers_runs_behind_the_desk(module: str) -> None:
    made = spec("open", "name", module, {"A": "1"})
    assert (made.name, made.module) == ("name", "benchmarks.edge_spike_part")
    assert (made.arguments, made.environment) == (("open", "run", module), {"A": "1"})


def test_the_other_processes_run_as_they_are() -> None:
    made = spec("open", "sources", "cli", {}, ("sources", "sync"))
    assert (made.module, made.arguments) == ("cli", ("sources", "sync"))


def test_a_desk_is_put_in_front_of_the_edge() -> None:
    assert prepare_edge("full").__module__ == "services.edge_gateway.__main__"
    assert vars(answer_desk)["Admission"] is FullQuality


def test_a_desk_is_put_in_front_of_generation() -> None:
    assert prepare_generation("open").__module__ == "services.generation.__main__"
    assert vars(generation)["Admission"] is Unprotected


def test_the_cap_is_uvicorns_own() -> None:
    prepare_edge("cap")
    assert uvicorn.Config("app").limit_concurrency == CAP
    assert vars(answer_desk)["Admission"] is Unprotected
