"""`/v1/conversations`."""

from __future__ import annotations

import pytest

from libs.common.errors import DependencyUnavailable
from services.edge_gateway.answers import Citation, Source
from services.edge_gateway.conversations import Conversation, ConversationTurns, Page, Turn
from tests.edge_gateway.harness import Edge

SOURCE = Source(1, "p-1", "House", "https://x.example/house", "Meals", "Tea", 0.5)
TURN = Turn(
    "q_1", "Tea?", "At four [1].", "stop", "", (SOURCE,), (Citation(1, "Tea at four", 0.75),), "m", "t1", "en"
)


def talk(conversation_id: str, *turns: Turn, token: str = "") -> ConversationTurns:
    head = Conversation(conversation_id, "Tea?", "en", "t0", "t1", len(turns))
    return ConversationTurns(head, turns, token)


@pytest.fixture
def mine(edge: Edge) -> str:
    """A stored conversation of the visitor's."""
    conversation_id = edge.ids.new_conversation(edge.session().owner)
    edge.conversations.stored[conversation_id] = talk(conversation_id, TURN, token="after")
    return conversation_id


async def test_conversations_are_listed(edge: Edge, mine: str) -> None:
    edge.conversations.next_page_token = "more"
    async with edge.client() as client:
        response = await client.get("/v1/conversations?page_size=5&page_token=abc", headers=edge.bearer())
    assert response.status_code == 200
    head = {
        "conversation_id": mine,
        "title": "Tea?",
        "language": "en",
        "created_at": "t0",
        "updated_at": "t1",
    }
    assert response.json() == {"conversations": [head | {"turn_count": 1}], "next_page_token": "more"}
    assert edge.conversations.asked == [(edge.session().caller, "", Page(5, "abc"))]
    assert response.headers["cache-control"] == "no-store"


async def test_a_conversation_is_shown_with_its_turns(edge: Edge, mine: str) -> None:
    async with edge.client() as client:
        response = await client.get(f"/v1/conversations/{mine}", headers=edge.bearer())
    shown = response.json()
    assert (response.status_code, shown["conversation_id"], shown["next_page_token"]) == (200, mine, "after")
    (turn,) = shown["turns"]
    assert (turn["question"], turn["answer"], turn["finish"]) == ("Tea?", "At four [1].", "stop")
    assert turn["citations"] == [{"n": 1, "quote": "Tea at four", "support": 0.75}]
    assert turn["sources"][0]["url"] == "https://x.example/house"
    assert "refusal_kind" not in turn


async def test_a_deleted_conversation_is_gone_and_may_be_deleted_again(edge: Edge, mine: str) -> None:
    async with edge.client() as client:
        for _ in range(2):
            assert (
                await client.delete(f"/v1/conversations/{mine}", headers=edge.bearer())
            ).status_code == 204
        response = await client.get(f"/v1/conversations/{mine}", headers=edge.bearer())
    assert (response.status_code, response.json()["kind"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_an_id_of_somebody_else_is_not_found_without_asking(edge: Edge, method: str) -> None:
    for owner in (("acme", "bob"), ("rival", "ana")):
        foreign = edge.ids.new_conversation(owner)
        async with edge.client() as client:
            response = await client.request(method, f"/v1/conversations/{foreign}", headers=edge.bearer())
        assert (response.status_code, response.json()["field"]) == (404, "conversation_id")
    assert edge.conversations.asked == []


@pytest.mark.parametrize(
    "conversation_id", ["c_1", "x" * 500, "%00", "..%2f..", "%F0%9F%9A%A2", "q_" + "A" * 32]
)
async def test_what_is_no_id_is_not_found_without_asking(edge: Edge, conversation_id: str) -> None:
    async with edge.client() as client:
        response = await client.get(f"/v1/conversations/{conversation_id}", headers=edge.bearer())
    assert response.status_code == 404
    assert edge.conversations.asked == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        *((f"page_size={size}", "page_size") for size in ("0", "101", "-1", "1e3", "x", "9" * 400, "%D9%A3")),
        *((f"page_token={token}", "page_token") for token in ("x" * 600, "%C3%A9")),
    ],
)
async def test_a_page_that_is_none_is_refused_by_name(edge: Edge, query: str, field: str) -> None:
    async with edge.client() as client:
        response = await client.get(f"/v1/conversations?{query}", headers=edge.bearer())
    assert (response.status_code, response.json()["field"]) == (400, field)


async def test_nobody_gets_in_without_a_session_or_beyond_the_limit(edge: Edge, mine: str) -> None:
    async with edge.client() as client:
        assert (await client.get("/v1/conversations")).status_code == 401
        assert (await client.delete(f"/v1/conversations/{mine}")).status_code == 401
        edge.chat_limiter.exhausted = True
        assert (await client.get("/v1/conversations", headers=edge.bearer())).status_code == 429
    assert mine in edge.conversations.stored


async def test_a_wrong_method_names_the_right_ones(edge: Edge, mine: str) -> None:
    async with edge.client() as client:
        response = await client.post(f"/v1/conversations/{mine}", headers=edge.bearer())
    assert (response.status_code, response.headers["allow"]) == (405, "DELETE, GET, HEAD")


async def test_a_database_that_is_away_says_when_to_come_back(edge: Edge, mine: str) -> None:
    edge.conversations.error = DependencyUnavailable("PostgreSQL is not usable.")
    async with edge.client() as client:
        response = await client.get(f"/v1/conversations/{mine}", headers=edge.bearer())
    assert response.status_code == 503
    assert response.headers["retry-after"]
