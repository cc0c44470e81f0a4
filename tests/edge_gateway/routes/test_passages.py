"""`GET /v1/passages/{passage_id}`."""

from __future__ import annotations

import pytest

from libs.common.errors import DependencyUnavailable
from services.edge_gateway.passages import Passage
from tests.edge_gateway.harness import Edge

ID = "7f000000-0000-4000-8000-000000000001"
PASSAGE = Passage(
    ID, "d_1", "Speed", "speed.md", "", ("Harbour", "Speed"), "Four.", 3, 8, "2025-01-01T00:00:00Z"
)


async def test_a_passage_is_shown_with_its_document(edge: Edge) -> None:
    edge.passages.stored[ID] = PASSAGE
    async with edge.client() as client:
        response = await client.get(f"/v1/passages/{ID}", headers=edge.bearer())

    assert response.status_code == 200
    assert response.json() == {
        "passage_id": ID,
        "document": {"document_id": "d_1", "title": "Speed", "uri": "speed.md"},
        "heading_path": ["Harbour", "Speed"],
        "text": "Four.",
        "start": 3,
        "end": 8,
        "updated_at": "2025-01-01T00:00:00Z",
    }
    assert edge.passages.asked == [(edge.session().caller, ID)]
    assert response.headers["cache-control"] == "no-store"


async def test_a_public_address_is_shown(edge: Edge) -> None:
    edge.passages.stored[ID] = Passage(ID, "d", "T", "u", "https://x.example/a", (), "t", 0, 1, "")
    async with edge.client() as client:
        response = await client.get(f"/v1/passages/{ID.upper()}", headers=edge.bearer())

    assert response.json()["document"]["url"] == "https://x.example/a"


async def test_what_does_not_exist_or_may_not_be_seen_is_not_found(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.get(f"/v1/passages/{ID}", headers=edge.bearer())

    assert response.status_code == 404
    assert response.json()["field"] == "passage_id"


@pytest.mark.parametrize(
    "passage_id", ["1", "x" * 500, "%00", "..%2f..", ID + "0", ID[:-1], "%F0%9F%9A%A2", "ü"]
)
async def test_what_is_no_id_is_not_found_without_asking(edge: Edge, passage_id: str) -> None:
    async with edge.client() as client:
        response = await client.get(f"/v1/passages/{passage_id}", headers=edge.bearer())

    assert response.status_code == 404
    assert edge.passages.asked == []


async def test_without_retrieval_it_says_when_to_come_back(edge: Edge) -> None:
    edge.passages.error = DependencyUnavailable("retrieval does not answer")
    async with edge.client() as client:
        response = await client.get(f"/v1/passages/{ID}", headers=edge.bearer())

    assert response.status_code == 503
    assert response.headers["retry-after"]


async def test_without_a_session_nothing_is_shown(edge: Edge) -> None:
    edge.passages.stored[ID] = PASSAGE
    async with edge.client() as client:
        assert (await client.get(f"/v1/passages/{ID}")).status_code == 401
    assert edge.passages.asked == []
