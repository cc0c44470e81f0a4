"""Passages over gRPC."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.caller import Caller
from libs.common.errors import DependencyUnavailable
from libs.common.pb.retrieval.v1 import retrieval_pb2
from tests.edge_gateway.core import connected

ANA = Caller("edge_gateway", "acme", "ana", frozenset({"hr"}), "gold", "s_1", "de")


async def test_the_visitor_is_asserted(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        await clients.passages.get(ANA, "p")

    assert core.retrieval.callers == [ANA]


@pytest.mark.parametrize(
    ("uri", "url", "address"),
    [
        ("a.md", "https://x.example/a", "https://x.example/a"),
        ("https://x.example/a", "", "https://x.example/a"),
        ("http://x.example/a", "javascript:alert(1)", "http://x.example/a"),
        ("a.md", "", ""),
        ("file:///etc/passwd", "", ""),
        ("javascript:alert(1)", "data:text/html,x", ""),
    ],
)
async def test_only_what_a_browser_may_follow_is_an_address(
    tmp_path: Path, uri: str, url: str, address: str
) -> None:
    async with connected(tmp_path) as (core, clients):
        core.retrieval.passages["p"] = retrieval_pb2.Passage(passage_id="p", uri=uri, url=url)
        passage = await clients.passages.get(ANA, "p")

    assert passage is not None
    assert passage.url == address
    assert passage.uri == uri


async def test_retrieval_that_is_away_is_named(tmp_path: Path) -> None:
    async with connected(tmp_path) as (core, clients):
        await core.servers["retrieval"].stop(0)
        with pytest.raises(DependencyUnavailable, match="retrieval"):
            await clients.passages.get(ANA, "p")
