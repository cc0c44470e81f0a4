"""The feedback port: the real one and its fake behave alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.common.caller import Caller
from libs.common.errors import DependencyUnavailable
from services.edge_gateway.feedback import Feedback, FeedbackRecorder
from tests.edge_gateway.core import connected
from tests.fakes.edge_ports import FakeFeedbackRecorder

ANA = Caller("edge_gateway", "acme", "ana")
VOTE = Feedback("f_1", "q_1", "up", 5, ("clear",), "Good.", "m" * 64)


@pytest.fixture(params=["fake", "grpc"])
async def recorders(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[tuple[FeedbackRecorder, FeedbackRecorder]]:
    """One that works, one whose store is away."""
    if request.param == "fake":
        away = FakeFeedbackRecorder()
        away.error = DependencyUnavailable("away")
        yield FakeFeedbackRecorder(), away
        return
    other = tmp_path / "other"
    other.mkdir()
    async with connected(tmp_path) as (_, clients), connected(other) as (core, broken):
        await core.servers["insights"].stop(0)
        yield clients.feedback, broken.feedback


async def test_a_vote_is_recorded(recorders: tuple[FeedbackRecorder, FeedbackRecorder]) -> None:
    await recorders[0].record(ANA, VOTE)


async def test_a_store_that_is_away_is_unavailable(
    recorders: tuple[FeedbackRecorder, FeedbackRecorder],
) -> None:
    with pytest.raises(DependencyUnavailable):
        await recorders[1].record(ANA, VOTE)
