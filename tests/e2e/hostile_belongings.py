"""What a visitor owns: ids that nobody of another tenant may get anything out of."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import grpc
import httpx

from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from tests.e2e.hostile_world import COMMENT_MARK, QUESTION, Side, World
from tests.e2e.stack import parse_events


@dataclass(frozen=True)
class Belongings:
    """Ids of one visitor.

    Attributes:
        session: Token of the visitor's session.
        query_id: An answer that has ended.
        conversation_id: Its conversation.
        manifest_id: What it was made with.
        passage_id: A passage that it cites.
        document_id: Its document.
        feedback_id: A vote on it.
    """

    session: str
    query_id: str
    conversation_id: str
    manifest_id: str
    passage_id: str
    document_id: str
    feedback_id: str


def belongings(world: World, side: Side) -> Belongings:
    """Asks, votes and searches as a visitor of the tenant; all of it must find the tenant's own canary."""
    session = world.session(side)
    headers = {"Authorization": f"Bearer {session}"}
    asked = {"question": QUESTION, "page": {"url": "https://x.example/", "title": QUESTION}}
    reply = httpx.post(f"{world.stack.edge}/v1/chat", json=asked, headers=headers, timeout=30)
    assert reply.status_code == 200, reply.text
    assert side.canary in reply.text
    events = parse_events(reply.text)
    assert events[-1].data["finish"] == "stop", events
    meta = events[0].data
    feedback_id = f"vote-{secrets.token_hex(6)}"
    vote = {"feedback_id": feedback_id, "query_id": meta["query_id"], "vote": "up", "comment": COMMENT_MARK}
    assert httpx.post(f"{world.stack.edge}/v1/feedback", json=vote, headers=headers).status_code == 202
    passage = _search(world, side)
    assert side.canary in passage.text
    return Belongings(
        session=session,
        query_id=str(meta["query_id"]),
        conversation_id=str(meta["conversation_id"]),
        manifest_id=str(meta["manifest_id"]),
        passage_id=passage.passage_id,
        document_id=passage.document_id,
        feedback_id=feedback_id,
    )


def _search(world: World, side: Side) -> pb.Passage:
    with grpc.insecure_channel(world.address("retrieval")) as channel:
        stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
        wanted = pb.SearchRequest(query=QUESTION, include_text=True)
        found = stub.Search(wanted, metadata=world.team(side.tenant, "search"), timeout=10)
    first: pb.Passage = found.passages[0]
    return first
