from __future__ import annotations

from typing import Any

import grpc

from benchmarks.client_calls import ClientCaller
from benchmarks.plan import SearchTarget
from benchmarks.spike_run import NOT_SENT
from libs.common.errors import InvalidRequest, Overloaded
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from tests.fakes.scripted_retrieval import answering, failing, scripted

FOUND = pb.SearchResponse(passages=[pb.Passage(passage_id="p")])
LESS = pb.SearchResponse(passages=[pb.Passage(passage_id="p")], degradations=["reduced_k"])


def caller(address: str, clients: int = 1, reduced: bool = True) -> ClientCaller:
    return ClientCaller(SearchTarget(address, "t", ("radio",), 5.0, True, reduced, 4, clients))


async def test_calls_are_spread_over_clients_and_every_query_is_new() -> None:
    async with scripted(answering(FOUND)) as retrieval:
        calls = caller(retrieval.target, clients=2)
        replies = [await calls.call(number) for number in range(4)]
        await calls.close()
    assert [reply.error for reply in replies] == [""] * 4
    assert {call.request.query for call in retrieval.calls} == {f"radio {n}" for n in range(4)}
    assert len({call.peer for call in retrieval.calls}) == 2


async def test_an_answer_that_lacks_a_step_is_one_where_it_may() -> None:
    async with scripted(answering(LESS)) as retrieval:
        lenient, strict = caller(retrieval.target), caller(retrieval.target, reduced=False)
        assert (await lenient.call(1)).reduced
        assert "reduced_k" in (await strict.call(1)).error
        await lenient.close()
        await strict.close()


async def test_an_error_says_who_refused() -> None:
    async def end(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        await context.abort(grpc.StatusCode.CANCELLED, "")
        raise AssertionError

    async with scripted(failing(Overloaded("busy", retry_after_ms=60_000))) as retrieval:
        calls = caller(retrieval.target)
        first, second = await calls.call(1), await calls.call(2)
        await calls.close()
        retrieval.behaviour = end
        others = caller(retrieval.target)
        third = await others.call(3)
        await others.close()
        retrieval.behaviour = failing(InvalidRequest("no"))
        last = caller(retrieval.target)
        fourth = await last.call(4)
        await last.close()
    kinds = [reply.error.partition(":")[0] for reply in (first, second, third, fourth)]
    assert kinds == ["RESOURCE_EXHAUSTED", NOT_SENT, "CANCELLED", "INVALID_REQUEST"]
