"""A folder that changes."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.config import watcher as watching
from services.config.manifest_store import ManifestStore
from services.config.problems import InvalidRepository
from services.config.repository import load_repository
from services.config.watcher import FolderWatcher
from tests.fakes.fake_manifest_archive import FakeManifestArchive

POLL = 0.005
PATIENCE = 15.0


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(POLL)


@asynccontextmanager
async def followed(root: Path, archive: FakeManifestArchive | None = None) -> AsyncIterator[ManifestStore]:
    store = ManifestStore(archive or FakeManifestArchive())
    watcher = FolderWatcher(root, "dev", store, POLL)
    await watcher.load()
    stop = asyncio.Event()
    running = asyncio.create_task(watcher.run(stop))
    yield store
    stop.set()
    async with asyncio.timeout(PATIENCE):
        await running


def flags(root: Path, text: str) -> None:
    """Writes the environment as an editor does, in one step."""
    path = root / "environments" / "dev.yaml"
    base = path.read_text().partition("flags:")[0]
    partial = path.with_name(".partial")
    partial.write_text(f"{base}flags: {text}\n")
    partial.replace(path)


def served(store: ManifestStore) -> str:
    return store.current["demo"].manifest_id


async def test_the_first_load_serves_the_folder(minimal: Path) -> None:
    async with followed(minimal) as store:
        assert list(store.current) == ["demo"]


async def test_a_bad_folder_is_no_first_load(minimal: Path) -> None:
    flags(minimal, "[")
    store = ManifestStore(FakeManifestArchive())
    with pytest.raises(InvalidRepository):
        await FolderWatcher(minimal, "dev", store).load()
    assert not store.current


async def test_a_change_is_served(minimal: Path) -> None:
    async with followed(minimal) as store:
        before = served(store)
        flags(minimal, "{x: 1}")
        await until(lambda: served(store) != before)
        flags(minimal, "{}")
        await until(lambda: served(store) == before)


async def test_a_bad_change_is_refused_once_with_its_problems_and_the_next_good_one_is_taken(
    minimal: Path,
) -> None:
    async with followed(minimal) as store:
        before = served(store)
        with capture_logs() as logs:
            flags(minimal, "{x: [1]}")
            await until(lambda: any(entry["event"] == "manifests_refused" for entry in logs))
            for _ in range(20):
                await asyncio.sleep(POLL)
        refused = [entry for entry in logs if entry["event"] == "manifests_refused"]
        assert len(refused) == 1
        assert refused[0]["count"] == 1
        assert "environments/dev.yaml: flags.x: is not a flag's value" in refused[0]["problems"][0]
        assert served(store) == before
        flags(minimal, "{x: 1}")
        await until(lambda: served(store) != before)


async def test_a_folder_that_goes_away_takes_nothing_with_it(minimal: Path, tmp_path: Path) -> None:
    async with followed(minimal) as store:
        before = served(store)
        with capture_logs() as logs:
            minimal.rename(tmp_path / "away")
            await until(lambda: logs)
        assert served(store) == before
        flags(tmp_path / "away", "{x: 1}")
        (tmp_path / "away").rename(minimal)
        await until(lambda: served(store) != before)


async def test_a_tenant_that_is_added_and_removed_is_told(minimal: Path) -> None:
    environment = minimal / "environments" / "dev.yaml"
    before = environment.read_text()
    async with followed(minimal) as store:
        (minimal / "tenants" / "acme.yaml").write_text("tenant_id: acme\nname: Acme\n")
        environment.write_text(before + "  acme: {}\n")
        await until(lambda: "acme" in store.current)
        environment.write_text(before)
        await until(lambda: "acme" not in store.current)


async def test_a_state_that_is_replaced_while_it_is_read_is_not_adopted(
    minimal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkout goes on while the files are read: what was read is neither the old nor the new state."""
    adopted: list[object] = []
    raced = iter([True])

    def racing(root: Path, environment: str) -> object:
        repository = load_repository(root, environment)
        if next(raced, False):
            flags(minimal, "{x: 2}")
        return repository

    async with followed(minimal) as store:
        monkeypatch.setattr(watching, "load_repository", racing)
        subscription = store.subscribe()
        flags(minimal, "{x: 1}")
        async with asyncio.timeout(PATIENCE):
            await subscription.next()
        adopted.append(b'"x":2' in store.current["demo"].manifest_json)
    assert adopted == [True]


async def test_a_rewritten_checkout_never_shows_a_mixture(minimal: Path, tmp_path: Path) -> None:
    """Two files that belong together are swapped file by file, many times."""
    seen: set[tuple[bool, bool]] = set()
    async with followed(minimal) as store:
        subscription = store.subscribe()

        async def note() -> None:
            while await subscription.next():
                data = store.current["demo"].manifest_json
                seen.add((b'"k":9' in data, b'"x":true' in data))

        noting = asyncio.create_task(note())
        for number in range(40):
            new = number % 2 == 0
            (minimal / "profiles" / "r-1.yaml").write_text("k: 9\n" if new else "k: 8\n")
            flags(minimal, "{x: true}" if new else "{}")
            await asyncio.sleep(POLL * (number % 5))
        flags(minimal, "{x: true, last: 1}")
        (minimal / "profiles" / "r-1.yaml").write_text("k: 9\n")
        await until(lambda: b'"last":1' in store.current["demo"].manifest_json)
        await until(lambda: b'"k":9' in store.current["demo"].manifest_json)
        noting.cancel()
        await asyncio.wait([noting])
    assert seen <= {(True, True), (False, False)}


async def test_what_cannot_be_kept_is_tried_again(minimal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "_STORE_PAUSE_SECONDS", POLL)
    archive = FakeManifestArchive()
    async with followed(minimal, archive) as store:
        before = served(store)
        archive.full = True
        with capture_logs() as logs:
            flags(minimal, "{x: 1}")
            await until(lambda: any(entry["event"] == "manifests_not_kept" for entry in logs))
        assert served(store) == before
        archive.full = False
        await until(lambda: served(store) != before)


async def test_the_end_closes_every_subscription(minimal: Path) -> None:
    async with followed(minimal) as store:
        subscription = store.subscribe()
    async with asyncio.timeout(5):
        assert await subscription.next() == []


async def test_a_folder_of_links_that_is_switched_is_followed(minimal: Path, tmp_path: Path) -> None:
    """How Kubernetes updates a mounted ConfigMap."""
    mount = tmp_path / "mount"
    mount.mkdir()
    shutil.copytree(minimal, mount / "..1")
    shutil.copytree(minimal, mount / "..2")
    flags(mount / "..2", "{x: 1}")
    (mount / "..data").symlink_to("..1")
    for folder in ("environments", "models", "prompts", "policies", "profiles", "tenants"):
        (mount / folder).symlink_to(f"..data/{folder}")
    async with followed(mount) as store:
        before = served(store)
        (mount / "..next").symlink_to("..2")
        (mount / "..next").replace(mount / "..data")
        await until(lambda: served(store) != before)
