"""The passages port: the real one and its fake behave alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from libs.common.caller import Caller
from libs.common.pb.retrieval.v1 import retrieval_pb2
from services.edge_gateway.passages import Passage, Passages
from tests.edge_gateway.core import connected
from tests.fakes.edge_ports import FakePassages

ANA = Caller("edge_gateway", "acme", "ana", frozenset({"hr"}))
KNOWN = Passage(
    "p_1", "d_1", "Speed", "speed.md", "https://a.example", ("A", "B"), "Four.", 3, 8, "2025-01-01"
)


@dataclass
class Shelf:
    port: Passages
    asked_by: list[Caller]


@pytest.fixture(params=["fake", "grpc"])
async def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Shelf]:
    if request.param == "fake":
        fake = FakePassages()
        fake.stored["p_1"] = KNOWN
        yield Shelf(fake, [])
        return
    async with connected(tmp_path) as (core, clients):
        core.retrieval.passages["p_1"] = retrieval_pb2.Passage(
            passage_id="p_1",
            document_id="d_1",
            title="Speed",
            uri="speed.md",
            url="https://a.example",
            heading_path=["A", "B"],
            text="Four.",
            start=3,
            end=8,
            updated_at="2025-01-01",
        )
        yield Shelf(clients.passages, core.retrieval.callers)


async def test_a_passage_is_returned_whole(shelf: Shelf) -> None:
    assert await shelf.port.get(ANA, "p_1") == KNOWN


async def test_a_passage_that_is_not_there_is_none(shelf: Shelf) -> None:
    assert await shelf.port.get(ANA, "p_2") is None
