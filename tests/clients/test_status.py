"""What a failed call carries comes out as the error of its kind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import grpc
import pytest

from causeway_client import AsyncCausewayClient, CausewayClient, CausewayError
from causeway_client import errors as published
from libs.common import errors
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from tests.fakes.scripted_retrieval import Behaviour, failing, scripted

Ask = Callable[[str], Awaitable[object]]


async def ask_async(target: str) -> object:
    async with AsyncCausewayClient(target, "t") as client:
        return await client.search("radio")


async def ask_sync(target: str) -> object:
    def ask() -> object:
        with CausewayClient(target, "t") as client:
            return client.search("radio")

    return await asyncio.to_thread(ask)


async def refusal(ask: Ask, behaviour: Behaviour) -> CausewayError:
    async with scripted(behaviour) as retrieval:
        with pytest.raises(CausewayError) as caught:
            await ask(retrieval.target)
    return caught.value


def aborting(code: grpc.StatusCode, details: bytes = b"") -> Behaviour:
    async def abort(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        await context.abort(code, "by a proxy", (("grpc-status-details-bin", details),) if details else ())
        raise AssertionError

    return abort


both = pytest.mark.parametrize("ask", [ask_async, ask_sync])


def test_the_published_tree_mirrors_the_vocabulary() -> None:
    assert set(published.ERRORS) == set(errors.ERRORS)
    for kind, ours in errors.ERRORS.items():
        assert published.ERRORS[kind].__name__ == ours.__name__
        assert published.ERRORS[kind].retryable == ours.retryable
        assert f"── {ours.__name__} " in (published.__doc__ or "")


@both
@pytest.mark.parametrize("kind", sorted(errors.ERRORS))
async def test_every_kind_arrives_with_all_it_says(ask: Ask, kind: str) -> None:
    sent = errors.ERRORS[kind](
        "Do this next.", field="filter.tags", retry_after_ms=1250, info={"stage": "embed"}
    )

    error = await refusal(ask, failing(sent))

    assert type(error) is published.ERRORS[kind]
    assert (error.kind, error.detail, error.field) == (kind, "Do this next.", "filter.tags")
    assert (error.retry_after, dict(error.info)) == (1.25, {"stage": "embed"})
    assert str(error) == "Do this next."


@both
async def test_what_the_service_does_not_say_is_absent(ask: Ask) -> None:
    error = await refusal(ask, failing(errors.NotFound("There is none.")))

    assert (error.field, error.retry_after, dict(error.info)) == (None, None, {})


@both
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (grpc.StatusCode.UNAVAILABLE, "dependency_unavailable"),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, "overloaded"),
        (grpc.StatusCode.UNAUTHENTICATED, "unauthenticated"),
        (grpc.StatusCode.UNIMPLEMENTED, "internal"),
    ],
)
async def test_a_status_of_somebody_else_is_told_by_its_code(
    ask: Ask, code: grpc.StatusCode, kind: str
) -> None:
    error = await refusal(ask, aborting(code))

    assert error.kind == kind
    assert code.name in error.detail
    assert "by a proxy" in error.detail


@both
async def test_details_that_cannot_be_read_are_passed_over(ask: Ask) -> None:
    error = await refusal(ask, aborting(grpc.StatusCode.INVALID_ARGUMENT, b"\xff\xff\xff"))

    assert error.kind == "invalid_request"


@both
async def test_a_service_that_is_not_there_is_unavailable(ask: Ask) -> None:
    async with scripted(aborting(grpc.StatusCode.OK)) as retrieval:
        gone = retrieval.target
    with pytest.raises(published.DependencyUnavailable, match="UNAVAILABLE"):
        await ask(gone)
