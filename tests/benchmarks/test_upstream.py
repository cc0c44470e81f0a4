from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.generator import carry_out
from benchmarks.load import run_load
from benchmarks.paced_model import PacedModel, bare, paced_model
from benchmarks.plan import Concurrency, Outcome, Plan, Rate, StreamTarget
from benchmarks.script import Script

pytestmark = pytest.mark.process


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PacedModel]:
    with paced_model(tmp_path_factory.mktemp("upstream"), core=None) as started:
        yield started


def ask(target: StreamTarget, count: int = 3) -> Outcome:
    return asyncio.run(carry_out(Plan(target, Concurrency(2, count))))


def test_answers_come_whole_and_at_their_pace(upstream: PacedModel) -> None:
    upstream.play(Script(tokens=20, first_ms=30, pace_ms=5))

    outcome = ask(bare(upstream, ("a", "b")))

    assert outcome.errors == ()
    assert len(outcome.good) == 3
    for sample in outcome.good:
        assert 29 <= sample.first_ms < sample.total_ms
        assert sample.total_ms >= 29 + 19 * 5 - 1
        assert sample.pieces >= 10


def test_a_burst_comes_in_few_pieces(upstream: PacedModel) -> None:
    upstream.play(Script(tokens=100, first_ms=0, pace_ms=0))

    outcome = ask(bare(upstream, ("a",)))

    assert outcome.errors == ()
    assert max(sample.pieces for sample in outcome.good) <= 5


def test_the_generator_works_in_a_process_of_its_own(upstream: PacedModel) -> None:
    upstream.play(Script(tokens=3, first_ms=0, pace_ms=1))

    outcome = run_load(Plan(bare(upstream, ("a",)), Rate(per_second=50, seconds=0.2)), core=None)

    assert len(outcome.good) == 10
    assert outcome.generator_cpu_ms > 0


def test_a_connection_is_used_again(upstream: PacedModel) -> None:
    upstream.play(Script(tokens=2, first_ms=0, pace_ms=0))

    assert ask(bare(upstream, ("a",)), count=40).errors == ()


def test_an_answer_without_its_end_is_an_error(upstream: PacedModel) -> None:
    upstream.play(Script(tokens=2, first_ms=0, pace_ms=0))
    whole = bare(upstream, ("a",))
    longing = StreamTarget(
        whole.port, whole.path, whole.headers, whole.bodies, whole.first, last="never comes"
    )

    assert "not what it should be" in ask(longing).errors[0]


def test_another_status_is_an_error(upstream: PacedModel) -> None:
    whole = bare(upstream, ("a",))
    lost = StreamTarget(whole.port, "/nowhere", whole.headers, whole.bodies, whole.first, whole.last)

    assert ask(lost).errors == ("HTTP 404: {}",)


def test_a_server_that_is_not_there_is_an_error(upstream: PacedModel, tmp_path: Path) -> None:
    whole = bare(upstream, ("a",))
    gone = StreamTarget(1, whole.path, whole.headers, whole.bodies, whole.first, whole.last)

    assert "ConnectionRefusedError" in ask(gone).errors[0]
