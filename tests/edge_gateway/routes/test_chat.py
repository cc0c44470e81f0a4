"""`/v1/chat`."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from libs.common.errors import (
    CausewayError,
    Conflict,
    DependencyUnavailable,
    InvalidRequest,
    NotFound,
    Overloaded,
)
from services.edge_gateway.answer_desk import AnswerDesk
from services.edge_gateway.answer_relay import AnswerRelay
from services.edge_gateway.event_stream import StreamTiming
from services.edge_gateway.problem import on_causeway_error
from services.edge_gateway.questions import Questions
from services.edge_gateway.routes.chat import AskRoute, last_seen
from services.edge_gateway.session import Session
from services.edge_gateway.visitors import Visitors
from tests.edge_gateway.harness import AsgiCall, Edge, answer

ANA = ("acme", "ana")


async def ask(edge: Edge, body: Any = None, **headers: str) -> Any:
    async with edge.client() as client:
        return await client.post(
            "/v1/chat", json=body or {"question": "How fast?"}, headers={**edge.bearer(), **headers}
        )


async def test_an_answer_streams_under_the_questions_id(edge: Edge) -> None:
    edge.answers.script = [tuple(answer())]

    response = await ask(edge)

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.text.startswith(":")
    caller, question = edge.answers.asked[0]
    assert caller == edge.session().caller
    ids = [line[4:] for line in response.text.splitlines() if line.startswith("id: ")]
    assert ids == [f"{question.query_id}.{seq}" for seq in range(1, 5)]


async def test_the_same_key_asks_under_the_same_id(edge: Edge) -> None:
    edge.answers.script = [tuple(answer())]
    for _ in range(2):
        await ask(edge, **{"Idempotency-Key": "k-1"})
    await ask(edge)

    first, second, third = (question for _, question in edge.answers.asked)
    assert first == second
    assert third.query_id != first.query_id


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Conflict("An answer is running.", info={"query_id": "q_0"}), 409),
        (InvalidRequest("No.", field="question"), 400),
        (Overloaded("No.", retry_after_ms=700), 503),
        (DependencyUnavailable("No."), 503),
    ],
)
async def test_a_refusal_of_the_core_has_its_own_status(edge: Edge, error: Exception, status: int) -> None:
    edge.answers.script = [error]

    response = await ask(edge)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_running_answer_is_named(edge: Edge) -> None:
    edge.answers.script = [Conflict("An answer is running.", info={"query_id": "q_0"})]

    assert (await ask(edge)).json()["query_id"] == "q_0"


async def test_an_answer_that_ends_before_it_begins_is_a_failure(edge: Edge) -> None:
    response = await ask(edge)

    assert response.status_code == 503


async def test_who_asks_too_often_is_told_when_to_come_back(edge: Edge) -> None:
    edge.chat_limiter.exhausted = True

    response = await ask(edge)

    assert response.status_code == 429
    assert response.json()["kind"] == "rate_limited"
    assert response.json()["retry_after"] == 1.5
    assert response.headers["retry-after"] == "2"
    assert edge.answers.asked == []


async def test_who_follows_too_many_answers_at_once_is_refused(edge: Edge) -> None:
    edge.answers.script = [tuple(answer()[:1]), asyncio.Event()]
    app = edge.app
    headers = {**edge.bearer(), "Content-Type": "application/json"}
    calls = [AsgiCall(app, "POST", "/v1/chat", headers, b'{"question": "a"}').start() for _ in range(4)]
    for call in calls:
        await call.next()

    fifth = AsgiCall(app, "POST", "/v1/chat", headers, b'{"question": "a"}').start()
    assert (await fifth.next())["status"] == 429

    for call in calls:
        call.disconnect()
        await call.finish()
    assert len(edge.streams) == 0


async def test_a_slow_core_begins_the_response_with_a_heartbeat(edge: Edge) -> None:
    edge.timing = StreamTiming(begin_seconds=0.01, heartbeat_seconds=60)
    gate = asyncio.Event()
    edge.answers.script = [gate, tuple(answer())]
    headers = {**edge.bearer(), "Content-Type": "application/json"}
    call = AsgiCall(edge.app, "POST", "/v1/chat", headers, b'{"question": "a"}').start()

    assert (await call.next())["status"] == 200
    assert (await call.next())["body"] == b":\n\n"
    gate.set()
    assert b"event: done" in (await call.next())["body"]
    await call.finish()


async def test_the_missing_events_are_asked_for(edge: Edge) -> None:
    query_id = edge.ids.new_query(ANA)
    edge.answers.script = [tuple(answer()[2:])]
    async with edge.client() as client:
        response = await client.get(
            f"/v1/chat/{query_id}/events", headers={**edge.bearer(), "Last-Event-ID": f"{query_id}.2"}
        )

    assert response.status_code == 200
    assert f"id: {query_id}.3\n" in response.text
    assert edge.answers.resumed == [(edge.session().caller, query_id, 2)]


@pytest.mark.parametrize("headers", [{}, {"Last-Event-ID": ""}])
async def test_without_a_last_event_everything_is(edge: Edge, headers: dict[str, str]) -> None:
    query_id = edge.ids.new_query(ANA)
    edge.answers.script = [tuple(answer())]
    async with edge.client() as client:
        await client.get(f"/v1/chat/{query_id}/events", headers={**edge.bearer(), **headers})

    assert edge.answers.resumed[0][2] == 0


async def test_when_all_was_seen_there_is_no_content(edge: Edge) -> None:
    query_id = edge.ids.new_query(ANA)
    async with edge.client() as client:
        response = await client.get(
            f"/v1/chat/{query_id}/events", headers={**edge.bearer(), "Last-Event-ID": f"{query_id}.4"}
        )

    assert response.status_code == 204
    assert response.content == b""


async def test_a_stream_has_no_head(edge: Edge) -> None:
    async with edge.client() as client:
        response = await client.head(f"/v1/chat/{edge.ids.new_query(ANA)}/events", headers=edge.bearer())

    assert response.status_code == 405
    assert edge.answers.resumed == []


@pytest.mark.parametrize("seq", ["", "x", "-1", "1.5", "1e3", "٣", "9" * 16, " 1"])
def test_a_malformed_last_event_is_refused(seq: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        last_seen("q_1", f"q_1.{seq}")
    assert caught.value.field == "Last-Event-ID"


@pytest.mark.parametrize("header", ["7", "q_2.7", ".7", "q_1", "q_1.7.7"])
def test_the_last_event_of_another_answer_is_refused(header: str) -> None:
    with pytest.raises(InvalidRequest):
        last_seen("q_1", header)


def test_the_number_of_the_last_event_is_read() -> None:
    assert last_seen("q_1", "q_1.7") == 7
    assert last_seen("q_1", "q_1.0") == 0
    assert last_seen("q_1", "") == 0


async def test_stop_reaches_the_core(edge: Edge) -> None:
    query_id = edge.ids.new_query(ANA)
    async with edge.client() as client:
        response = await client.delete(f"/v1/chat/{query_id}", headers=edge.bearer())

    assert response.status_code == 204
    assert edge.answers.stopped == [(edge.session().caller, query_id)]


async def test_what_the_core_says_to_a_stop_is_passed_on(edge: Edge) -> None:
    edge.answers.stop_error = NotFound("There is no such answer.")
    async with edge.client() as client:
        response = await client.delete(f"/v1/chat/{edge.ids.new_query(ANA)}", headers=edge.bearer())

    assert response.status_code == 404


@pytest.mark.parametrize("owner", [("acme", "bob"), ("globex", "ana"), None])
async def test_the_answer_of_another_is_not_found_without_asking_the_core(
    edge: Edge, owner: tuple[str, str] | None
) -> None:
    query_id = edge.ids.new_query(owner) if owner else "q_" + "A" * 32
    async with edge.client() as client:
        followed = await client.get(
            f"/v1/chat/{query_id}/events", headers={**edge.bearer(), "Last-Event-ID": f"{query_id}.1"}
        )
        stopped = await client.delete(f"/v1/chat/{query_id}", headers=edge.bearer())

    for response in (followed, stopped):
        assert response.status_code == 404
        assert response.json()["kind"] == "not_found"
    assert edge.answers.resumed == []
    assert edge.answers.stopped == []


async def test_the_question_is_in_no_error(edge: Edge) -> None:
    edge.answers.script = [Conflict("An answer is running.")]
    secret = "where is the key of the safe"

    for body in ({"question": secret}, {"question": secret * 10}, {"question": [secret]}):
        assert "safe" not in json.dumps((await ask(edge, body)).json())


class FullDesk(AnswerDesk):
    """A desk that has no room."""

    def require_room(self, session: Session) -> None:
        raise Overloaded("Too much is asked at once; try again shortly.", retry_after_ms=2_300)


class Unread:
    """A body that nobody may ask for."""

    async def __call__(self) -> Any:
        raise AssertionError("the body was asked for")


async def refused_early(edge: Edge, **headers: str) -> list[Any]:
    """What is sent to somebody who asks while there is no room, and whose body does not come."""
    visitors = Visitors(edge.tokens, edge.manifests)
    desk = FullDesk(edge.answers, edge.manifests, edge.clock)
    relay = AnswerRelay(edge.streams, edge.timing)
    questions = Questions(edge.ids, edge.manifests)
    route = AskRoute(visitors, edge.chat_limiter, questions, desk, relay, edge.body_limits)
    app = Starlette(
        routes=[Route("/v1/chat", route, methods=["POST"])],
        exception_handlers={CausewayError: on_causeway_error},
    )
    call = AsgiCall(app, "POST", "/v1/chat", {"content-type": "application/json", **headers})
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await app(call.scope, Unread(), send)
    return sent


async def test_without_room_a_visitor_is_refused_before_the_body_is_read(edge: Edge) -> None:
    start, body = await refused_early(edge, **edge.bearer())

    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    told = json.loads(body["body"])
    assert start["status"] == 503
    assert (headers["content-type"], headers["retry-after"]) == ("application/problem+json", "3")
    assert (told["kind"], told["status"], told["retry_after"]) == ("overloaded", 503, 2.3)
    assert (edge.answers.asked, edge.chat_limiter.admitted) == ([], [])


@pytest.mark.parametrize("token", ["", "Bearer nonsense", "Basic YTpi"])
async def test_a_stranger_learns_nothing_of_how_busy_it_is(edge: Edge, token: str) -> None:
    start, _ = await refused_early(edge, **({"authorization": token} if token else {}))

    assert start["status"] == 401


async def test_an_expired_session_is_told_so_and_not_that_it_is_busy(edge: Edge) -> None:
    headers = edge.bearer()
    edge.clock.advance(3600)

    start, _ = await refused_early(edge, **headers)

    assert start["status"] == 401
