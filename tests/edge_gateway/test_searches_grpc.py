"""Explained searches over gRPC."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.caller import Caller
from libs.common.errors import DependencyUnavailable
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from services.edge_gateway.searches import SearchFilter, Wanted
from tests.edge_gateway.core import connected

ANA = Caller("edge_gateway", "acme", "ana", frozenset({"hr"}), "gold", "s_1", "de")


async def test_the_visitor_is_asserted_and_the_wish_is_passed_on(tmp_path: Path) -> None:
    narrowed = SearchFilter("docs/", ("a",), ("b", "c"), "en", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
    async with connected(tmp_path) as (core, clients):
        await clients.searches.explain(ANA, Wanted("speed", 3, "p-1", narrowed))

    assert core.retrieval.callers == [ANA]
    assert core.retrieval.searches == [
        pb.SearchRequest(
            query="speed",
            k=3,
            profile="p-1",
            include_text=True,
            explain=True,
            filter=pb.SearchFilter(
                uri_prefix="docs/",
                tags_any=["a"],
                tags_all=["b", "c"],
                language="en",
                updated_from="2026-01-01T00:00:00Z",
                updated_before="2026-02-01T00:00:00Z",
            ),
        )
    ]


async def test_retrieval_that_is_away_is_named(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        await core.servers["retrieval"].stop(0)
        with pytest.raises(DependencyUnavailable, match="retrieval"):
            await clients.searches.explain(ANA, Wanted("speed"))
