"""Identity in front of every call, types behind it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from libs.common.caller import Caller, Privacy, current_caller
from libs.common.caller_metadata import to_metadata
from libs.common.metrics import REGISTRY
from libs.common.rpc_errors import decode
from libs.common.rpc_policy import MethodPolicy
from tests.common.keyring import Keyring, bearer
from tests.common.probe import Behaviour, failure, running
from tests.fakes.fake_clock import FakeClock

SEARCH: Mapping[str, MethodPolicy] = {
    "One": MethodPolicy(role="search"),
    "Many": MethodPolicy(role="search"),
    "Collect": MethodPolicy(role="search"),
    "Echo": MethodPolicy(role="search"),
}
ANA = Caller("edge", "demo", "ana", frozenset({"hr"}), "gold", "s_1", "de", Privacy(analytics=False))


async def _whoami(request: bytes, context: Any) -> bytes:
    caller = current_caller()
    return json.dumps([caller.service, caller.tenant, caller.subject, sorted(caller.access)]).encode()


async def refusal(
    keyring: Keyring,
    metadata: tuple[tuple[str, str], ...],
    policy: Mapping[str, MethodPolicy] = SEARCH,
) -> str:
    """The kind of error that a call with this metadata ends with, the handler not having run."""
    ran = asyncio.Event()

    async def one(request: bytes, context: Any) -> bytes:
        ran.set()
        return b""

    async with running(keyring.verifier("probe"), Behaviour(one=one), policy) as probe:
        error = decode(await failure(probe.one(b"", metadata=metadata)), "probe")
    assert not ran.is_set()
    return error.kind


@pytest.fixture
def edge(keyring: Keyring) -> Keyring:
    keyring.add("edge", ["act_for", "search"])
    return keyring


async def test_a_visitor_arrives_as_the_edge_asserted_them(edge: Keyring) -> None:
    seen: list[Caller] = []

    async def one(request: bytes, context: Any) -> bytes:
        seen.append(current_caller())
        return b""

    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(one=one), SEARCH) as probe:
        await probe.one(b"", metadata=metadata)
    assert seen == [ANA]


@pytest.mark.parametrize("subject", ["zoë@example.org", "李 雷", "a,b;c=d%20", "💥" * 40, "new\nline", " "])
async def test_any_subject_and_any_tag_round_trip(edge: Keyring, subject: str) -> None:
    caller = Caller("edge", "demo", subject, access=frozenset({subject, "plain", "with,comma"}))
    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(caller)
    async with running(edge.verifier("probe"), Behaviour(one=_whoami), SEARCH) as probe:
        answer = json.loads(await probe.one(b"", metadata=metadata))
    assert answer == ["edge", "demo", subject, sorted(caller.access)]


async def test_the_caller_is_known_in_every_shape_of_call(edge: Keyring) -> None:
    async def many(request: bytes, context: Any) -> AsyncIterator[bytes]:
        yield await _whoami(request, context)
        yield await _whoami(request, context)

    async def requests() -> AsyncIterator[bytes]:
        yield b"a"
        yield b"b"

    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(many=many), SEARCH) as probe:
        streamed = [json.loads(part) async for part in probe.many(b"", metadata=metadata)]
        collected = await probe.collect(requests(), metadata=metadata)
        echoed = [part async for part in probe.echo(requests(), metadata=metadata)]
    assert [part[2] for part in streamed] == ["ana", "ana"]
    assert (collected, echoed) == (b"ab", [b"a", b"b"])


@pytest.mark.parametrize("shape", ["many", "echo", "collect"])
async def test_no_shape_of_call_is_open_without_a_token(edge: Keyring, shape: str) -> None:
    async def requests() -> AsyncIterator[bytes]:
        yield b"a"

    async with running(edge.verifier("probe"), policy=SEARCH) as probe:
        call = {
            "many": lambda: probe.many(b"").read(),
            "echo": lambda: probe.echo(requests()).read(),
            "collect": lambda: probe.collect(requests()),
        }[shape]()
        assert decode(await failure(call), "probe").kind == "unauthenticated"


@pytest.mark.parametrize(
    "metadata",
    [
        (),
        (("authorization", "Bearer"),),
        (("authorization", "Bearer "),),
        (("authorization", "Basic YTpi"),),
        (("authorization", "Bearer a.b.c"),),
        (("authorization", "Bearer " + "A" * 9000),),
        (("authorization", "Bearer ..")),
        (("authorization-bin", b"Bearer x"),),
    ],
    ids=["none", "no token", "empty token", "basic", "nonsense", "huge", "dots", "binary"],
)
async def test_a_missing_or_malformed_token_is_unauthenticated(edge: Keyring, metadata: Any) -> None:
    pairs = (metadata,) if metadata and isinstance(metadata[0], str) else metadata
    assert await refusal(edge, pairs) == "unauthenticated"


async def test_a_token_for_another_service_is_unauthenticated(edge: Keyring) -> None:
    token = edge.token("edge", "generation", ["act_for", "search"])
    assert await refusal(edge, bearer(token, *to_metadata(ANA))) == "unauthenticated"


async def test_an_expired_token_is_unauthenticated(edge: Keyring, clock: FakeClock) -> None:
    token = edge.token("edge", "probe", ["act_for", "search"])
    clock.advance(661)
    assert await refusal(edge, bearer(token, *to_metadata(ANA))) == "unauthenticated"


async def test_a_key_that_is_not_trusted_is_unauthenticated(edge: Keyring) -> None:
    token = edge.token("edge", "probe", ["act_for", "search"])
    edge.forget("edge")
    assert await refusal(edge, bearer(token, *to_metadata(ANA))) == "unauthenticated"


async def test_a_role_beyond_the_keys_own_is_unauthenticated(edge: Keyring) -> None:
    token = edge.token("edge", "probe", ["act_for", "search", "operate"])
    assert await refusal(edge, bearer(token, *to_metadata(ANA))) == "unauthenticated"


async def test_without_the_methods_role_a_call_is_forbidden(edge: Keyring) -> None:
    token = edge.token("edge", "probe", ["act_for"])
    assert await refusal(edge, bearer(token, *to_metadata(ANA))) == "forbidden"


async def test_a_service_that_may_not_act_for_visitors_is_forbidden(edge: Keyring) -> None:
    token = edge.token("edge", "probe", ["search"])
    assert await refusal(edge, bearer(token, *to_metadata(ANA))) == "forbidden"


async def test_a_method_that_no_policy_names_is_forbidden_to_everybody(edge: Keyring) -> None:
    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), policy=SEARCH) as probe:
        assert decode(await failure(probe.hidden(b"", metadata=metadata)), "probe").kind == "forbidden"


async def test_a_tenants_token_speaks_for_itself(keyring: Keyring) -> None:
    keyring.add("wiki", ["search"], tenant="demo")
    token = keyring.token("wiki", "probe", ["search"], tenant="demo", access=["hr"])
    async with running(keyring.verifier("probe"), Behaviour(one=_whoami), SEARCH) as probe:
        answer = json.loads(await probe.one(b"", metadata=bearer(token)))
    assert answer == ["wiki", "demo", "service:wiki", ["hr"]]


async def test_a_tenants_token_may_not_assert_anybody(keyring: Keyring) -> None:
    keyring.add("wiki", ["search", "act_for"])
    token = keyring.token("wiki", "probe", ["search", "act_for"], tenant="demo")
    assert await refusal(keyring, bearer(token, *to_metadata(ANA))) == "forbidden"
    assert await refusal(keyring, bearer(token, ("x-causeway-access", "hr"))) == "forbidden"


async def test_a_tenants_key_cannot_name_another_tenant_or_none(keyring: Keyring) -> None:
    keyring.add("wiki", ["search"], tenant="demo")
    for tenant in ("other", None):
        token = keyring.token("wiki", "probe", ["search"], tenant=tenant)
        assert await refusal(keyring, bearer(token)) == "unauthenticated"


@pytest.mark.parametrize(
    ("asserted", "kind"),
    [
        ((("x-causeway-subject", "ana"),), "invalid_request"),
        ((("x-causeway-tenant", "demo"),), "invalid_request"),
        ((("x-causeway-tenant", "demo"), ("x-causeway-subject", "%FF%FE")), "invalid_request"),
        ((("x-causeway-tenant", "demo"), ("x-causeway-subject", "a" * 5000)), "invalid_request"),
        (
            (("x-causeway-tenant", "demo"), ("x-causeway-subject", "a"), ("x-causeway-access", "ok,%C3")),
            "invalid_request",
        ),
        ((*to_metadata(ANA), ("x-causeway-tenant", "other")), "unauthenticated"),
        ((*to_metadata(ANA), ("authorization", "Bearer x")), "unauthenticated"),
    ],
    ids=["no tenant", "no subject", "not UTF-8", "long", "bad tag", "tenant twice", "token twice"],
)
async def test_metadata_that_is_not_what_it_should_be_is_refused(
    edge: Keyring, asserted: tuple[tuple[str, str], ...], kind: str
) -> None:
    token = edge.token("edge", "probe", ["act_for", "search"])
    assert await refusal(edge, bearer(token, *asserted)) == kind


async def test_metadata_that_is_none_of_ours_changes_nothing(edge: Keyring) -> None:
    odd = (("x-causeway-role", "operate"), ("x-causeway-tenant-bin", b"other"), ("x-request-id", "1"))
    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(one=_whoami), SEARCH) as probe:
        answer = json.loads(await probe.one(b"", metadata=(*metadata, *odd)))
    assert answer[1] == "demo"


async def test_a_call_about_no_subject_has_none_whatever_is_asserted(edge: Keyring) -> None:
    metadata = edge.signer("edge", "probe").metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(one=_whoami)) as probe:
        answer = json.loads(await probe.one(b"", metadata=metadata))
    assert answer == ["edge", "", "", []]


async def test_health_needs_no_token(edge: Keyring) -> None:
    async with running(edge.verifier("probe"), policy=SEARCH) as probe:
        stub: Any = health_pb2_grpc.HealthStub(probe.channel)
        response = await stub.Check(health_pb2.HealthCheckRequest())
    assert response.status == health_pb2.HealthCheckResponse.SERVING


async def test_a_handler_is_cleaned_up_at_once_when_its_client_leaves_mid_stream(edge: Keyring) -> None:
    cleaned = asyncio.Event()

    async def many(request: bytes, context: Any) -> AsyncIterator[bytes]:
        try:
            while True:
                yield bytes(512 * 1024)
        finally:
            cleaned.set()

    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(many=many), SEARCH) as probe:
        call = probe.many(b"", metadata=metadata)
        await call.read()
        call.cancel()
        async with asyncio.timeout(5):
            await cleaned.wait()


async def test_a_client_that_leaves_mid_stream_leaves_nothing_in_the_log(
    edge: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    async def many(request: bytes, context: Any) -> AsyncIterator[bytes]:
        while True:
            yield bytes(64 * 1024)

    labels = {"method": "Many", "code": "CANCELLED"}

    def cancelled() -> float:
        return REGISTRY.get_sample_value("causeway_rpc_duration_seconds_count", labels) or 0.0

    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    before, left = cancelled(), 20
    async with running(edge.verifier("probe"), Behaviour(many=many), SEARCH) as probe:
        for _ in range(left):
            call = probe.many(b"", metadata=metadata)
            await call.read()
            call.cancel()
        async with asyncio.timeout(5):
            while cancelled() < before + left:
                await asyncio.sleep(0)

    assert [record.getMessage() for record in caplog.records if record.levelno > logging.INFO] == []


async def test_a_cancelled_call_stops_its_handler(edge: Keyring) -> None:
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def one(request: bytes, context: Any) -> bytes:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return b""

    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(one=one), SEARCH) as probe:
        call = probe.one(b"", metadata=metadata)
        async with asyncio.timeout(5):
            await begun.wait()
            call.cancel()
            await stopped.wait()


async def test_a_handler_may_abort_in_grpcs_own_way(edge: Keyring) -> None:
    async def one(request: bytes, context: Any) -> bytes:
        await context.abort(grpc.StatusCode.ALREADY_EXISTS, "as it wishes")
        return b""

    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(one=one), SEARCH) as probe:
        error = await failure(probe.one(b"", metadata=metadata))
    assert (error.code(), error.details()) == (grpc.StatusCode.ALREADY_EXISTS, "as it wishes")


@pytest.mark.parametrize("content", [b"\xff\xff\xff", b"\x0a\x02\xff\xfe", b"\x0a\x80"])
async def test_bytes_that_are_no_message_are_the_callers_fault(edge: Keyring, content: bytes) -> None:
    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(), SEARCH, typed=True) as probe:
        kinds = [
            decode(await failure(probe.one(content, metadata=metadata)), "probe").kind,
            decode(await failure(probe.collect(iter([content]), metadata=metadata)), "probe").kind,
        ]

    assert kinds == ["invalid_request", "invalid_request"]


@pytest.mark.parametrize("method", ["collect", "echo"])
async def test_a_client_that_is_sending_is_heard_out_before_it_is_refused(edge: Keyring, method: str) -> None:
    """The client of grpc.aio would otherwise report an INTERNAL of its own."""
    sent = asyncio.Event()

    async def requests() -> AsyncIterator[bytes]:
        yield b"\xff\xff\xff"
        for _ in range(2000):
            yield bytes(1024)
        sent.set()

    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(), SEARCH, typed=True) as probe:
        call = getattr(probe, method)(requests(), metadata=metadata)
        error = await failure(call if method == "collect" else anext(aiter(call)))

    assert decode(error, "probe").kind == "invalid_request"
    assert sent.is_set()


async def test_a_client_that_waits_for_its_refusal_gets_it_soon(edge: Keyring) -> None:
    async def requests() -> AsyncIterator[bytes]:
        yield b"\xff\xff\xff"
        await asyncio.Event().wait()

    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(), SEARCH, typed=True) as probe:
        async with asyncio.timeout(1.0):
            error = await failure(probe.collect(requests(), metadata=metadata))

    assert decode(error, "probe").kind == "invalid_request"


async def test_a_client_that_never_stops_sending_is_refused_all_the_same(edge: Keyring) -> None:
    async def requests() -> AsyncIterator[bytes]:
        while True:
            yield b"\xff\xff\xff"

    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(), SEARCH, typed=True) as probe:
        async with asyncio.timeout(5):
            await failure(probe.collect(requests(), metadata=metadata))


async def test_a_call_is_counted_with_its_outcome(edge: Keyring) -> None:
    def count(code: str) -> float:
        labels = {"method": "One", "code": code}
        return REGISTRY.get_sample_value("causeway_rpc_duration_seconds_count", labels) or 0.0

    served, refused = count("OK"), count("UNAUTHENTICATED")
    metadata = edge.signer("edge", "probe", ["act_for", "search"]).metadata(ANA)
    async with running(edge.verifier("probe"), Behaviour(), SEARCH) as probe:
        await probe.one(b"", metadata=metadata)
        await failure(probe.one(b""))

    assert (count("OK") - served, count("UNAUTHENTICATED") - refused) == (1, 1)
