"""The current manifests, whatever happens to the config service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from libs.common.errors import DependencyUnavailable, NotFound
from libs.common.manifest_watch import ManifestWatch
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_server import RpcServer
from tests.common.keyring import Keyring
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_config import FakeConfig, broken, manifest, message

PATIENCE = 10.0


@asynccontextmanager
async def serving(keyring: Keyring, config: FakeConfig, address: str = "127.0.0.1:0") -> AsyncIterator[int]:
    server = RpcServer(config.spec(address), keyring.verifier("config"))
    yield await server.start()
    await server.stop(0)


@asynccontextmanager
async def watching(
    keyring: Keyring, clock: FakeClock, port: int, folder: Path | None = None
) -> AsyncIterator[ManifestWatch]:
    async with open_channel(f"127.0.0.1:{port}") as channel:
        stub = config_pb2_grpc.ConfigStub(channel)  # type: ignore[no-untyped-call]
        watch = ManifestWatch(stub, keyring.signer("edge", "config"), clock, folder)
        following = asyncio.create_task(watch.run())
        yield watch
        following.cancel()
        await asyncio.wait([following])


async def until(holds: Callable[[], object]) -> None:
    """Waits, within bounds, for something that another task brings about."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.005)


async def ready(watch: ManifestWatch) -> None:
    async with asyncio.timeout(PATIENCE):
        await watch.wait_ready()


def flags(watch: ManifestWatch, tenant_id: str = "demo") -> object:
    return watch.bundle(tenant_id).manifest.flags


@pytest.fixture
def edge(keyring: Keyring) -> Keyring:
    keyring.add("edge", ["act_for"])
    return keyring


async def test_the_current_manifests_arrive_and_follow_every_change(edge: Keyring, clock: FakeClock) -> None:
    config = FakeConfig(message("demo"), message("acme"))
    async with serving(edge, config) as port, watching(edge, clock, port) as watch:
        await ready(watch)
        assert watch.bundle("demo").manifest_id == manifest("demo").manifest_id
        assert watch.bundle("acme").tenant.name == "Acme"
        config.send(bundle=message("demo", banner=True))
        await until(lambda: flags(watch) == {"banner": True})
        with pytest.raises(NotFound):
            watch.bundle("stranger")


async def test_before_anything_has_arrived_there_is_no_answer_yet(edge: Keyring, clock: FakeClock) -> None:
    async with watching(edge, clock, 1) as watch:
        assert not watch.ready
        with pytest.raises(DependencyUnavailable):
            watch.bundle("demo")


@pytest.mark.parametrize(
    "kind",
    [
        "another id",
        "not JSON",
        "not a manifest",
        "another tenant's manifest",
        "no tenant",
        "another tenant's settings",
    ],
)
async def test_a_bad_message_never_replaces_a_good_one(
    edge: Keyring, clock: FakeClock, tmp_path: Path, kind: str
) -> None:
    config = FakeConfig(message("demo", good=1))
    async with serving(edge, config) as port, watching(edge, clock, port, tmp_path) as watch:
        await ready(watch)
        saved = (tmp_path / "demo.bundle").read_bytes()
        config.send(bundle=broken(kind))
        config.send(bundle=message("acme"))
        await until(lambda: (tmp_path / "acme.bundle").exists())
        assert flags(watch) == {"good": 1}
        assert (tmp_path / "demo.bundle").read_bytes() == saved
        config.send(bundle=message("demo", good=2))
        await until(lambda: flags(watch) == {"good": 2})


async def test_a_message_of_a_kind_yet_unknown_does_not_count_as_the_end_of_the_first_round(
    edge: Keyring, clock: FakeClock
) -> None:
    config = FakeConfig(message("demo"))
    config.greeting = [config_pb2.WatchManifestResponse()]
    config.may_sync.clear()
    async with serving(edge, config) as port, watching(edge, clock, port) as watch:
        await until(lambda: "demo" in watch._current)
        assert not watch.ready
        config.may_sync.set()
        await ready(watch)


async def test_a_stream_that_ends_is_opened_again(edge: Keyring, clock: FakeClock) -> None:
    config = FakeConfig(message("demo"))
    async with serving(edge, config) as port, watching(edge, clock, port) as watch:
        await ready(watch)
        config.current["demo"] = message("demo", second=True)
        config.end_streams()
        await until(lambda: flags(watch) == {"second": True})


async def test_while_the_stream_is_open_silence_is_no_staleness(edge: Keyring, clock: FakeClock) -> None:
    async with serving(edge, FakeConfig(message("demo"))) as port, watching(edge, clock, port) as watch:
        assert watch.staleness() == 0
        clock.advance(3)
        await ready(watch)
        clock.advance(3600)
        assert watch.staleness() == 0


async def test_with_config_gone_the_last_manifests_stay_and_age(edge: Keyring, clock: FakeClock) -> None:
    config = FakeConfig(message("demo", first=True))
    server = RpcServer(config.spec(), edge.verifier("config"))
    port = await server.start()
    async with watching(edge, clock, port) as watch:
        await ready(watch)
        await server.stop(0)
        await until(lambda: watch._heard_at is not None)
        clock.advance(30)
        assert watch.staleness() == 30
        assert flags(watch) == {"first": True}
        async with serving(edge, FakeConfig(message("demo", second=True)), f"127.0.0.1:{port}"):
            await until(lambda: flags(watch) == {"second": True})
            assert watch.staleness() == 0


async def test_a_restart_with_config_away_answers_from_disk(
    edge: Keyring, clock: FakeClock, tmp_path: Path
) -> None:
    config = FakeConfig(message("demo", kept=1), message("acme"))
    async with serving(edge, config) as port, watching(edge, clock, port, tmp_path) as watch:
        await ready(watch)

    async with watching(edge, clock, 1, tmp_path) as again:
        assert again.ready
        assert flags(again) == {"kept": 1}
        assert await again.manifest("demo", manifest("demo", kept=1).manifest_id) == manifest("demo", kept=1)
        clock.advance(7)
        assert again.staleness() == 7


@pytest.mark.parametrize(
    "damage", [b"", b"\xff\xff\xff", b"\x0a\x04demo", None], ids=["empty", "noise", "cut", "a folder"]
)
async def test_a_damaged_file_costs_its_own_tenant_only(
    edge: Keyring, clock: FakeClock, tmp_path: Path, damage: bytes | None
) -> None:
    (tmp_path / "acme.bundle").write_bytes(message("acme").SerializeToString())
    if damage is None:
        (tmp_path / "demo.bundle").mkdir()
    else:
        (tmp_path / "demo.bundle").write_bytes(damage)
    async with watching(edge, clock, 1, tmp_path) as watch:
        assert flags(watch, "acme") == {}
        with pytest.raises(NotFound):
            watch.bundle("demo")


async def test_a_disk_that_cannot_be_written_does_not_stop_the_watch(
    edge: Keyring, clock: FakeClock, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    config = FakeConfig(message("demo"))
    async with serving(edge, config) as port, watching(edge, clock, port, tmp_path / "file") as watch:
        await ready(watch)
        assert flags(watch) == {}


async def test_a_tenant_that_leaves_is_forgotten_on_disk_too(
    edge: Keyring, clock: FakeClock, tmp_path: Path
) -> None:
    config = FakeConfig(message("demo"), message("acme"))
    async with serving(edge, config) as port, watching(edge, clock, port, tmp_path) as watch:
        await ready(watch)
        config.send(removed_tenant_id="acme")
        await until(lambda: not (tmp_path / "acme.bundle").exists())
        with pytest.raises(NotFound):
            watch.bundle("acme")
        config.send(removed_tenant_id="../../etc/passwd")
        config.send(bundle=message("demo", later=True))
        await until(lambda: flags(watch) == {"later": True})


async def test_a_tenant_that_left_while_nobody_listened_is_forgotten(
    edge: Keyring, clock: FakeClock, tmp_path: Path
) -> None:
    (tmp_path / "gone.bundle").write_bytes(message("gone").SerializeToString())
    config = FakeConfig(message("demo"), message("acme"))
    async with serving(edge, config) as port, watching(edge, clock, port, tmp_path) as watch:
        await until(lambda: not (tmp_path / "gone.bundle").exists())
        del config.current["acme"]
        config.end_streams()
        await until(lambda: not (tmp_path / "acme.bundle").exists())
        assert flags(watch) == {}
        for tenant_id in ("gone", "acme"):
            with pytest.raises(NotFound):
                watch.bundle(tenant_id)


async def test_a_tenant_whose_new_manifest_is_bad_has_not_left(edge: Keyring, clock: FakeClock) -> None:
    config = FakeConfig(message("demo", good=1))
    async with serving(edge, config) as port, watching(edge, clock, port) as watch:
        await ready(watch)
        config.current = {"demo": broken("another id"), "acme": message("acme")}
        config.end_streams()
        await until(lambda: "acme" in watch._current)
        assert flags(watch) == {"good": 1}


async def test_an_older_manifest_is_fetched_once(edge: Keyring, clock: FakeClock) -> None:
    config = FakeConfig(message("demo"))
    old = message("demo", old=True)
    config.served[old.manifest_id] = old
    async with serving(edge, config) as port, watching(edge, clock, port) as watch:
        await ready(watch)
        for _ in range(3):
            assert (await watch.manifest("demo", old.manifest_id)).flags == {"old": True}
        assert config.fetched == [old.manifest_id]


async def test_a_manifest_that_was_never_served_is_not_found(edge: Keyring, clock: FakeClock) -> None:
    async with serving(edge, FakeConfig(message("demo"))) as port, watching(edge, clock, port) as watch:
        for manifest_id in ("0" * 64, "nonsense", ""):
            with pytest.raises(NotFound):
                await watch.manifest("demo", manifest_id)


async def test_another_tenants_manifest_is_not_found_whether_known_or_fetched(
    edge: Keyring, clock: FakeClock
) -> None:
    config = FakeConfig(message("demo"), message("acme"))
    older = message("acme", older=True)
    config.served[older.manifest_id] = older
    async with serving(edge, config) as port, watching(edge, clock, port) as watch:
        await ready(watch)
        for foreign in (message("acme").manifest_id, older.manifest_id, older.manifest_id):
            with pytest.raises(NotFound):
                await watch.manifest("demo", foreign)


async def test_a_fetched_manifest_that_is_not_the_one_asked_for_is_refused(
    edge: Keyring, clock: FakeClock
) -> None:
    config = FakeConfig(message("demo"))
    config.served["0" * 64] = message("demo", forged=True)
    async with serving(edge, config) as port, watching(edge, clock, port) as watch:
        with pytest.raises(DependencyUnavailable):
            await watch.manifest("demo", "0" * 64)


async def test_an_unknown_manifest_with_config_away_is_a_missing_dependency(
    edge: Keyring, clock: FakeClock
) -> None:
    async with watching(edge, clock, 1) as watch:
        with pytest.raises(DependencyUnavailable):
            await watch.manifest("demo", "0" * 64)


async def test_current_manifests_are_at_hand_however_many_there_are(
    edge: Keyring, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libs.common.manifest_watch._KEPT_IDS", 4)
    tenants = [f"t{n}" for n in range(20)]
    config = FakeConfig(*(message(tenant_id) for tenant_id in tenants))
    async with serving(edge, config) as port, watching(edge, clock, port) as watch:
        await ready(watch)
        for tenant_id in tenants:
            wanted = message(tenant_id).manifest_id
            assert (await watch.manifest(tenant_id, wanted)).tenant_id == tenant_id
    assert config.fetched == []


async def test_an_unchanged_manifest_is_not_written_again(
    edge: Keyring, clock: FakeClock, tmp_path: Path
) -> None:
    config = FakeConfig(message("demo"))
    async with serving(edge, config) as port, watching(edge, clock, port, tmp_path) as watch:
        await ready(watch)
        before = (tmp_path / "demo.bundle").stat().st_ino
        config.current["acme"] = message("acme")
        config.end_streams()
        await until(lambda: (tmp_path / "acme.bundle").exists())
        assert (tmp_path / "demo.bundle").stat().st_ino == before


async def test_a_service_that_config_does_not_trust_keeps_trying(keyring: Keyring, clock: FakeClock) -> None:
    keyring.add("edge")
    config = FakeConfig(message("demo"))
    verifier = keyring.verifier("config")
    keyring.forget("edge")
    clock.advance(2)
    server = RpcServer(config.spec(), verifier)
    port = await server.start()
    async with watching(keyring, clock, port) as watch:
        with pytest.raises(DependencyUnavailable):
            watch.bundle("demo")
        keyring.add("edge")
        clock.advance(2)
        watch._signer = keyring.signer("edge", "config")
        await ready(watch)
    await server.stop(0)


async def test_the_content_revision_comes_with_the_manifest(edge: Keyring, clock: FakeClock) -> None:
    config = FakeConfig(message("demo"))
    async with serving(edge, config) as port, watching(edge, clock, port) as watch:
        await until(lambda: watch.ready)
        assert watch.bundle("demo").content_revision == 0
        risen = message("demo")
        risen.content_revision = 7
        config.send(bundle=risen)
        await until(lambda: watch.bundle("demo").content_revision == 7)
