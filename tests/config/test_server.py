"""The Config service over a real connection."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

import grpc
import pytest

from libs.common.errors import CausewayError
from libs.common.manifest import Manifest, Tenant, parse_manifest
from libs.common.manifest_watch import ManifestWatch
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_errors import decode
from libs.common.rpc_server import RpcServer, ServerSpec
from services.config.manifest_store import ManifestStore
from services.config.resolve import ManifestBundle
from services.config.server import FULL_NAME, POLICY, ConfigServicer
from tests.common.keyring import Keyring, bearer
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_config import manifest
from tests.fakes.fake_manifest_archive import FakeManifestArchive

PATIENCE = 10.0


def bundle(tenant_id: str = "demo", **flags: bool | str | int | float) -> ManifestBundle:
    made: Manifest = manifest(tenant_id, **flags)
    settings = Tenant(tenant_id=tenant_id, name="T").to_json()
    return ManifestBundle(tenant_id, "dev", "rev-1", made.manifest_id, made.to_json(), settings)


class Running:
    """A served store and a client of it."""

    def __init__(self, store: ManifestStore, channel: grpc.aio.Channel, keyring: Keyring, port: int) -> None:
        self.store = store
        self.keyring = keyring
        self.port = port
        self.stub: Any = config_pb2_grpc.ConfigStub(channel)  # type: ignore[no-untyped-call]
        self.metadata = keyring.signer("edge", "config").metadata()

    async def get(
        self, tenant_id: str, manifest_id: str = "", metadata: Any = None
    ) -> config_pb2.ManifestBundle:
        request = config_pb2.GetManifestRequest(tenant_id=tenant_id, manifest_id=manifest_id)
        response = await self.stub.GetManifest(request, metadata=metadata or self.metadata)
        return response.bundle  # type: ignore[no-any-return]

    async def refusal(self, tenant_id: str, manifest_id: str = "", metadata: Any = None) -> CausewayError:
        try:
            await self.get(tenant_id, manifest_id, metadata)
        except grpc.aio.AioRpcError as error:
            return decode(error, "config")
        raise AssertionError("the call was answered")

    def watch(self, *tenant_ids: str, metadata: Any = None) -> Any:
        request = config_pb2.WatchManifestRequest(tenant_ids=tenant_ids)
        return self.stub.WatchManifest(request, metadata=metadata or self.metadata)


async def told(call: Any, count: int) -> list[str]:
    """The next so many messages, in short."""
    heard = []
    async with asyncio.timeout(PATIENCE):
        for _ in range(count):
            message = await call.read()
            assert message is not grpc.aio.EOF
            kind = message.WhichOneof("change")
            heard.append(
                f"{message.bundle.tenant_id}:{message.bundle.manifest_id[:8]}"
                if kind == "bundle"
                else f"-{message.removed_tenant_id}"
                if kind == "removed_tenant_id"
                else kind
            )
    return heard


def short(made: ManifestBundle) -> str:
    return f"{made.tenant_id}:{made.manifest_id[:8]}"


@asynccontextmanager
async def serving(keyring: Keyring, *bundles: ManifestBundle) -> AsyncIterator[Running]:
    store = ManifestStore(FakeManifestArchive())
    await store.adopt({made.tenant_id: made for made in bundles})
    add = partial(config_pb2_grpc.add_ConfigServicer_to_server, ConfigServicer(store))
    server = RpcServer(ServerSpec(FULL_NAME, "127.0.0.1:0", POLICY, add), keyring.verifier("config"))
    port = await server.start()
    async with open_channel(f"127.0.0.1:{port}") as channel:
        yield Running(store, channel, keyring, port)
    store.close()
    await server.stop(1)


@pytest.fixture
def edge(keyring: Keyring) -> Keyring:
    keyring.add("edge", ["act_for"])
    keyring.add("wiki", ["search"], tenant="demo")
    return keyring


async def test_the_current_manifest_is_returned_whole(edge: Keyring) -> None:
    async with serving(edge, bundle("demo", a=1), bundle("acme")) as config:
        got = await config.get("demo")
    assert parse_manifest(got.manifest_json, got.manifest_id) == manifest("demo", a=1)
    assert (got.tenant_id, got.environment, got.environment_revision) == ("demo", "dev", "rev-1")
    assert Tenant.model_validate_json(got.tenant_json).tenant_id == "demo"


async def test_an_older_manifest_comes_with_the_tenants_present_settings(edge: Keyring) -> None:
    async with serving(edge, bundle("demo", a=1)) as config:
        await config.store.adopt({"demo": bundle("demo", a=2)})
        got = await config.get("demo", bundle("demo", a=1).manifest_id)
        current = await config.get("demo")
    assert parse_manifest(got.manifest_json, got.manifest_id).flags == {"a": 1}
    assert got.tenant_json == current.tenant_json


async def test_the_manifest_of_a_tenant_that_left_is_still_found(edge: Keyring) -> None:
    async with serving(edge, bundle("demo"), bundle("acme")) as config:
        await config.store.adopt({"acme": bundle("acme")})
        got = await config.get("demo", bundle("demo").manifest_id)
        assert got.tenant_json == b""
        assert (await config.refusal("demo")).kind == "not_found"


@pytest.mark.parametrize(
    ("tenant_id", "manifest_id", "kind"),
    [
        ("", "", "invalid_request"),
        ("", "0" * 64, "invalid_request"),
        ("nobody", "", "not_found"),
        ("demo", "0" * 64, "not_found"),
        ("demo", "../../etc/passwd", "not_found"),
        ("demo", "x" * 1_000_000, "not_found"),
        ("x" * 1_000_000, "", "not_found"),
        ("demo\x00", "", "not_found"),
        ("DEMO", "", "not_found"),
        ("acme", bundle("demo").manifest_id, "not_found"),
    ],
)
async def test_what_is_not_there_is_not_found(
    edge: Keyring, tenant_id: str, manifest_id: str, kind: str
) -> None:
    async with serving(edge, bundle("demo"), bundle("acme")) as config:
        assert (await config.refusal(tenant_id, manifest_id)).kind == kind


async def test_nobody_reads_manifests_without_a_token(edge: Keyring) -> None:
    async with serving(edge, bundle("demo")) as config:
        wrong = bearer(edge.token("edge", "retrieval"))
        assert (await config.refusal("demo", metadata=wrong)).kind == "unauthenticated"
        call = config.watch(metadata=wrong)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
        assert decode(caught.value, "config").kind == "unauthenticated"


async def test_a_team_sees_its_own_manifest_without_the_settings(edge: Keyring) -> None:
    team = bearer(edge.token("wiki", "config", tenant="demo"))
    async with serving(edge, bundle("demo", a=1), bundle("acme")) as config:
        for manifest_id in ("", bundle("demo", a=1).manifest_id):
            got = await config.get("demo", manifest_id, team)
            assert (got.manifest_id, got.tenant_json) == (bundle("demo", a=1).manifest_id, b"")
        for tenant_id in ("acme", "nobody"):
            assert (await config.refusal(tenant_id, metadata=team)).kind == "forbidden"
        call = config.watch("demo", metadata=team)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
        assert decode(caught.value, "config").kind == "forbidden"


async def test_a_watcher_hears_the_present_then_every_change(edge: Keyring) -> None:
    demo, acme, changed = bundle("demo"), bundle("acme"), bundle("demo", a=1)
    async with serving(edge, demo, acme) as config:
        call = config.watch()
        assert await told(call, 3) == [short(demo), short(acme), "synced"]
        await config.store.adopt({"demo": changed, "acme": acme})
        assert await told(call, 1) == [short(changed)]
        await config.store.adopt({"acme": acme})
        assert await told(call, 1) == ["-demo"]
        await config.store.adopt({"demo": demo, "acme": acme})
        assert await told(call, 1) == [short(demo)]
        call.cancel()


async def test_a_watcher_of_some_tenants_hears_of_no_others(edge: Keyring) -> None:
    async with serving(edge, bundle("demo"), bundle("acme")) as config:
        call = config.watch("acme", "later")
        assert await told(call, 2) == [short(bundle("acme")), "synced"]
        await config.store.adopt({"demo": bundle("demo", a=1), "later": bundle("later")})
        assert await told(call, 2) == ["-acme", short(bundle("later"))]
        call.cancel()


async def test_a_watcher_that_never_knew_a_tenant_is_not_told_that_it_left(edge: Keyring) -> None:
    async with serving(edge, bundle("demo")) as config:
        call = config.watch()
        await told(call, 2)
        subscription = next(iter(config.store._subscriptions))
        subscription.mark(["brief"])
        await config.store.adopt({"demo": bundle("demo", a=1)})
        assert await told(call, 1) == [short(bundle("demo", a=1))]
        call.cancel()


async def test_too_many_names_are_refused(edge: Keyring) -> None:
    async with serving(edge, bundle("demo")) as config:
        call = config.watch(*(f"t{n}" for n in range(1001)))
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await call.read()
        error = decode(caught.value, "config")
        assert (error.kind, error.field) == ("invalid_request", "tenant_ids")


async def test_watchers_end_when_the_service_stops(edge: Keyring) -> None:
    async with serving(edge, bundle("demo")) as config:
        call = config.watch()
        await told(call, 2)
        config.store.close()
        async with asyncio.timeout(PATIENCE):
            assert await call.read() is grpc.aio.EOF
            assert await call.code() is grpc.StatusCode.OK


async def test_a_watcher_that_leaves_is_forgotten(edge: Keyring) -> None:
    async with serving(edge, bundle("demo")) as config:
        for _ in range(20):
            call = config.watch()
            await told(call, 2)
            call.cancel()
        async with asyncio.timeout(PATIENCE):
            while config.store._subscriptions:
                await asyncio.sleep(0.005)


async def test_a_watcher_that_never_reads_holds_nothing_back(edge: Keyring) -> None:
    """Flow control stops its stream; the others hear everything, and it costs two marks."""
    big = "x" * 900
    flags = {f"f{n}": big for n in range(60)}
    async with serving(edge, bundle("demo"), bundle("acme")) as config:
        deaf = config.watch()
        await told(deaf, 3)
        listening = config.watch()
        await told(listening, 3)
        for number in range(60):
            changed = bundle("demo", number=number, **flags)
            await config.store.adopt({"demo": changed, "acme": bundle("acme")})
            assert await told(listening, 1) == [short(changed)]
        assert all(len(s._changed) <= 2 for s in config.store._subscriptions)
        heard = 0
        async with asyncio.timeout(PATIENCE):
            while (await deaf.read()).bundle.manifest_id != changed.manifest_id:
                heard += 1
        assert heard < 60
        deaf.cancel()
        listening.cancel()


async def test_two_hundred_watchers_on_their_own_connections_hear_of_a_change(edge: Keyring) -> None:
    async with serving(edge, bundle("demo")) as config, AsyncExitStack() as stack:
        calls = []
        for _ in range(40):
            channel = await stack.enter_async_context(open_channel(f"127.0.0.1:{config.port}"))
            stub: Any = config_pb2_grpc.ConfigStub(channel)  # type: ignore[no-untyped-call]
            for _ in range(5):
                request = config_pb2.WatchManifestRequest()
                calls.append(stub.WatchManifest(request, metadata=config.metadata))
        await asyncio.gather(*(told(call, 2) for call in calls))
        await config.store.adopt({"demo": bundle("demo", a=1)})
        heard = await asyncio.gather(*(told(call, 1) for call in calls))
        assert {line for lines in heard for line in lines} == {short(bundle("demo", a=1))}
        for call in calls:
            call.cancel()


async def test_nothing_is_left_running_when_clients_leave_at_any_moment(edge: Keyring) -> None:
    async with serving(edge, bundle("demo"), bundle("acme")) as config:
        await config.get("demo")
        before = len(asyncio.all_tasks())
        for patience in (0, 0.001, 0.003):
            for _ in range(20):
                call = config.watch()
                await asyncio.sleep(patience)
                call.cancel()
        async with asyncio.timeout(PATIENCE):
            while config.store._subscriptions or len(asyncio.all_tasks()) > before:
                gc.collect()
                await asyncio.sleep(0.01)


async def test_the_services_own_client_follows_it(edge: Keyring, clock: FakeClock) -> None:
    async with serving(edge, bundle("demo"), bundle("acme")) as config:
        watch = ManifestWatch(config.stub, edge.signer("edge", "config"), clock)
        running = asyncio.create_task(watch.run())
        async with asyncio.timeout(PATIENCE):
            await watch.wait_ready()
            await config.store.adopt({"demo": bundle("demo", a=1)})
            while watch.bundle("demo").manifest.flags != {"a": 1} or "acme" in watch._current:
                await asyncio.sleep(0.005)
            old = await watch.manifest("acme", bundle("acme").manifest_id)
        assert old == manifest("acme")
        running.cancel()
        await asyncio.wait([running])


def report(revision: int, version: str = "main", tenant_id: str = "demo") -> config_pb2.ReportRevisionRequest:
    served = config_pb2.ContentRevision(tenant_id=tenant_id, index_version=version, content_revision=revision)
    return config_pb2.ReportRevisionRequest(revisions=[served])


async def next_revision(call: Any) -> int:
    async with asyncio.timeout(PATIENCE):
        message = await call.read()
    return int(message.bundle.content_revision)


async def test_watchers_learn_of_each_content_revision_that_is_served(edge: Keyring) -> None:
    edge.add("retrieval", [])
    async with serving(edge, bundle(), bundle("acme")) as running:
        await check_watchers_learn(running)


async def check_watchers_learn(running: Running) -> None:
    retrieval = running.keyring.signer("retrieval", "config").metadata()
    call = running.watch("demo")
    assert await next_revision(call) == 0
    async with asyncio.timeout(PATIENCE):
        assert (await call.read()).synced
    for sent in (report(7), report(7), report(6), report(99, "other"), report(5, "main", "acme"), report(8)):
        await running.stub.ReportRevision(sent, metadata=retrieval)
    seen = [await next_revision(call)]
    while seen[-1] != 8:
        seen.append(await next_revision(call))
    assert seen == sorted(seen)
    assert set(seen) <= {7, 8}
    assert (await running.get("demo")).content_revision == 8
    assert (await running.get("acme")).content_revision == 5
    call.cancel()


async def test_only_retrieval_reports_and_only_within_the_limits(edge: Keyring) -> None:
    edge.add("retrieval", [])
    async with serving(edge, bundle()) as running:
        await check_limits(running)


async def check_limits(running: Running) -> None:
    retrieval = running.keyring.signer("retrieval", "config").metadata()
    many = config_pb2.ReportRevisionRequest(revisions=[report(1).revisions[0]] * 1001)
    for sent, metadata, kind in (
        (report(7), running.metadata, "forbidden"),
        (report(-1), retrieval, "invalid_request"),
        (report(1, ""), retrieval, "invalid_request"),
        (report(1, "main", ""), retrieval, "invalid_request"),
        (many, retrieval, "invalid_request"),
    ):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await running.stub.ReportRevision(sent, metadata=metadata)
        assert decode(caught.value, "config").kind == kind
    await running.stub.ReportRevision(report(7, "main", "unknown"), metadata=retrieval)
    assert (await running.get("demo")).content_revision == 0
