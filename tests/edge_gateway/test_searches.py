"""The port of explained searches: the real one and its fake behave alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from libs.common.caller import Caller
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.edge_gateway.searches import Candidate, ExplainedSearch, Plan, Searches, Seen, Stage, Wanted
from tests.edge_gateway.core import connected
from tests.fakes.edge_ports import FakeSearches

ANA = Caller("edge_gateway", "acme", "ana", frozenset({"hr"}), "gold", "s_1", "de")
FOUND = ExplainedSearch(
    profile="balanced-1",
    index_version="main",
    content_revision=7,
    took_ms=8.5,
    degradations=("rerank",),
    in_cache=True,
    plan=Plan(1, 2, 30, "normalised_sum", 0.5, "en", "m", 20, 60.0, 3, 0.5, "join"),
    stages=(Stage("embed", 3.5, 0, ""), Stage("bm25", 1.5, 2, "in English")),
    candidates=(
        Candidate(
            "p1", "Speed", "speed.md", ("Harbour",), "Four.", 1, "returned", "", 0.125, Seen(0.5, 1), None,
            Seen(1.0, 1), Seen(-1.5, 1),
        ),
        Candidate("p2", "Locks", "locks.md", (), "", 0, "similar", "p1", 0.0, None, Seen(0.0, 2), Seen(0.5, 2), None),
    ),
)  # fmt: skip


def message() -> pb.SearchResponse:
    plan = pb.ExplainedPlan(
        level=1, k=2, prefetch=30, fusion="normalised_sum", dense_weight=0.5, language="en", rerank_model="m",
        rerank_depth=20, rerank_budget_ms=60, per_document=3, relevance_weight=0.5, neighbours="join",
    )  # fmt: skip
    first = pb.ExplainedCandidate(
        passage_id="p1", title="Speed", uri="speed.md", heading_path=["Harbour"], rank=1, outcome="returned",
        boost=0.125, dense_rank=1, fused_rank=1, rerank_rank=1,
        scores=pb.StageScores(dense=0.5, fused=1.0, rerank=-1.5),
    )  # fmt: skip
    second = pb.ExplainedCandidate(
        passage_id="p2", title="Locks", uri="locks.md", outcome="similar", because_of="p1", bm25_rank=2, fused_rank=2,
        scores=pb.StageScores(bm25=0.0, fused=0.5),
    )  # fmt: skip
    return pb.SearchResponse(
        passages=[pb.Passage(passage_id="p1", text="Four.")],
        degradations=["rerank"],
        timings=pb.SearchTimings(total_ms=8.5),
        index_version="main",
        profile="balanced-1",
        content_revision=7,
        explanation=pb.Explanation(
            plan=plan,
            stages=[
                pb.ExplainedStage(name="embed", took_ms=3.5),
                pb.ExplainedStage(name="bm25", took_ms=1.5, found=2, note="in English"),
            ],
            candidates=[first, second],
            in_cache=True,
        ),
    )


@pytest.fixture(params=["fake", "grpc"])
async def searches(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Searches]:
    if request.param == "fake":
        fake = FakeSearches()
        fake.found = FOUND
        yield fake
        return
    async with connected(tmp_path) as (core, clients):
        core.retrieval.found = message()
        yield clients.searches


async def test_a_search_is_explained_whole(searches: Searches) -> None:
    found = await searches.explain(ANA, Wanted("speed", k=2))

    assert found == FOUND
