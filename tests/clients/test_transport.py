"""Tokens cross a network encrypted, and lost calls are made once more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import grpc
import pytest

from causeway_client import (
    AsyncCausewayClient,
    CausewayClient,
    DependencyUnavailable,
    Options,
    SearchResult,
    Tls,
)
from causeway_client.transport import channel_options, is_local, service_config
from libs.common import errors
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from tests.clients.breaking_wire import wire_to
from tests.clients.certificates import Authority, Pair
from tests.fakes.scripted_retrieval import answering, dropping_first_attempts, failing, scripted

Ask = Callable[[str, Options], Awaitable[SearchResult]]


async def ask_async(target: str, options: Options) -> SearchResult:
    async with AsyncCausewayClient(target, "t", options) as client:
        return await client.search("radio")


async def ask_sync(target: str, options: Options) -> SearchResult:
    def ask() -> SearchResult:
        with CausewayClient(target, "t", options) as client:
            return client.search("radio")

    return await asyncio.to_thread(ask)


both = pytest.mark.parametrize("ask", [ask_async, ask_sync])


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def secured(server: Pair, authority: Authority, *, mutual: bool) -> grpc.ServerCredentials:
    pair = [(server.key.read_bytes(), server.certificate.read_bytes())]
    root = authority.ca.read_bytes() if mutual else None
    return grpc.ssl_server_credentials(pair, root, require_client_auth=mutual)


@pytest.mark.parametrize(
    "target",
    [
        "127.0.0.1:50051",
        "localhost:50051",
        "[::1]:50051",
        "unix:/run/retrieval.sock",
        "unix:///run/retrieval.sock",
        "dns:///localhost:50051",
        "ipv4:127.0.0.1:1,127.0.0.2:1",
        "ipv6:[::1]:1",
    ],
)
def test_this_machine_is_told_from_others(target: str) -> None:
    assert is_local(target)


@pytest.mark.parametrize(
    "target",
    [
        "retrieval:50051",
        "10.0.0.1:50051",
        "localhost.example:50051",
        "127.0.0.1.example:50051",
        "dns:///retrieval.internal:50051",
        "dns://127.0.0.1/retrieval:50051",
        "ipv4:127.0.0.1:1,10.0.0.1:1",
        "ipv6:[2001:db8::1]:1",
        "xds:///localhost:1",
        "",
    ],
)
@pytest.mark.parametrize("client", [CausewayClient, AsyncCausewayClient])
def test_a_token_is_not_sent_over_a_network_in_the_clear(
    target: str, client: type[CausewayClient] | type[AsyncCausewayClient]
) -> None:
    with pytest.raises(ValueError, match="in the clear"):
        client(target, "t")


@pytest.mark.parametrize("target", ["http://127.0.0.1:50051", "https://retrieval.internal:50051/"])
@pytest.mark.parametrize("client", [CausewayClient, AsyncCausewayClient])
def test_an_address_of_the_web_is_no_target(
    target: str, client: type[CausewayClient] | type[AsyncCausewayClient]
) -> None:
    with pytest.raises(ValueError, match=r"no scheme, e\.g\. (127\.0\.0\.1|retrieval\.internal):50051\."):
        client(target, "t", Options(tls="off"))


async def test_a_network_that_encrypts_by_itself_is_named_as_such() -> None:
    async with AsyncCausewayClient("retrieval.mesh:50051", "t", Options(tls="off")):
        pass


@both
async def test_a_server_with_a_certificate_is_asked_over_tls(ask: Ask, authority: Authority) -> None:
    credentials = secured(authority.issue("retrieval"), authority, mutual=False)
    async with scripted(answering(), credentials) as retrieval:
        await ask(retrieval.target, Options(tls=Tls(ca=authority.ca)))
        await ask(retrieval.target, Options(tls=Tls(ca=authority.ca.read_bytes(), server_name="retrieval")))
        with pytest.raises(DependencyUnavailable):
            await ask(retrieval.target, Options(tls=Tls(ca=authority.ca, server_name="another")))
        with pytest.raises(DependencyUnavailable):
            await ask(retrieval.target, Options(tls=Tls()))


@both
async def test_mutual_tls_shows_the_clients_certificate(ask: Ask, authority: Authority) -> None:
    own = authority.issue("team")
    async with scripted(
        answering(), secured(authority.issue("retrieval"), authority, mutual=True)
    ) as retrieval:
        await ask(retrieval.target, Options(tls=Tls(authority.ca, own.certificate, own.key)))
        with pytest.raises(DependencyUnavailable):
            await ask(retrieval.target, Options(tls=Tls(authority.ca)))


def test_half_of_a_client_certificate_is_refused() -> None:
    with pytest.raises(ValueError, match="both"):
        Tls(certificate=b"x")


@pytest.mark.parametrize("wrong", [{"timeout": 0.0}, {"connections": 0}])
def test_options_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Options(**wrong)  # type: ignore[arg-type]


def test_one_retry_with_its_budget_at_the_maximum() -> None:
    config = json.loads(service_config())

    (method,) = config["methodConfig"]
    assert method["retryPolicy"]["maxAttempts"] == 2
    assert method["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE", "CANCELLED"]
    assert config["retryThrottling"]["maxTokens"] == 1000
    assert dict(channel_options(Options()))["grpc.use_local_subchannel_pool"] == 1


@both
async def test_a_lost_call_is_made_again(ask: Ask) -> None:
    async with scripted(dropping_first_attempts()) as retrieval:
        assert (await ask(retrieval.target, Options())).profile == "second attempt"

    assert len(retrieval.calls) == 2


async def test_a_burst_of_lost_calls_is_made_again_too() -> None:
    """With the budget that gRPC gives by itself, the calls after the first few would fail."""
    options = Options(timeout=20)
    async with (
        scripted(dropping_first_attempts()) as retrieval,
        AsyncCausewayClient(retrieval.target, "t", options) as client,
    ):
        found = await asyncio.gather(*(client.search("radio") for _ in range(200)))

    assert {result.profile for result in found} == {"second attempt"}
    assert len(retrieval.calls) == 400


@both
async def test_an_answer_that_says_no_is_not_asked_again(ask: Ask) -> None:
    sick = failing(errors.DependencyUnavailable("The index does not answer."))
    async with scripted(sick) as retrieval:
        with pytest.raises(DependencyUnavailable, match="index"):
            await ask(retrieval.target, Options())

    assert len(retrieval.calls) == 1


async def test_one_of_two_servers_may_die_while_calls_are_under_way() -> None:
    """Calls that were lost with it are answered by the other, and so are all that follow."""
    arrived = asyncio.Event()

    async def hold(_: pb.SearchRequest, context: Any) -> pb.SearchResponse:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    searches: list[asyncio.Task[SearchResult]] = []
    async with scripted(hold) as dying, scripted(answering()) as staying, wire_to(dying.port) as wire:
        target = f"ipv4:{wire.target},{staying.target}"
        async with AsyncCausewayClient(target, "t", Options(timeout=60)) as client, asyncio.timeout(60):
            while not arrived.is_set():
                searches.append(asyncio.create_task(client.search("radio")))
                await asyncio.wait(searches, timeout=0.01)
            await wire.tear()
            await asyncio.gather(*searches)
            for _ in range(20):
                await client.search("radio")

    assert dying.calls
    assert len(staying.calls) >= len(searches) + 20 - len(dying.calls)
