"""What is served now, and who is told."""

from __future__ import annotations

import asyncio

import pytest

from libs.common.errors import DependencyUnavailable, NotFound
from services.config.manifest_store import ManifestStore, Subscription
from services.config.resolve import ManifestBundle
from tests.fakes.fake_manifest_archive import FakeManifestArchive


def made(manifest_id: str, tenant_id: str = "demo", settings: bytes = b"{}") -> ManifestBundle:
    return ManifestBundle(tenant_id, "dev", "rev", manifest_id, manifest_id.encode(), settings)


@pytest.fixture
def archive() -> FakeManifestArchive:
    return FakeManifestArchive()


@pytest.fixture
def store(archive: FakeManifestArchive) -> ManifestStore:
    return ManifestStore(archive)


async def following(subscription: Subscription) -> list[str]:
    async with asyncio.timeout(5):
        return await subscription.next()


async def test_adopting_says_which_tenants_changed(store: ManifestStore) -> None:
    assert await store.adopt({"demo": made("a"), "acme": made("b", "acme")}) == ["demo", "acme"]
    assert await store.adopt({"demo": made("a"), "acme": made("c", "acme")}) == ["acme"]
    assert await store.adopt({"demo": made("a")}) == ["acme"]
    assert await store.adopt({"demo": made("a")}) == []
    assert list(store.current) == ["demo"]


async def test_new_settings_under_the_same_manifest_are_a_change(store: ManifestStore) -> None:
    await store.adopt({"demo": made("a")})
    assert await store.adopt({"demo": made("a", settings=b"other")}) == ["demo"]


async def test_what_was_served_is_found_after_it_was_replaced(store: ManifestStore) -> None:
    await store.adopt({"demo": made("a")})
    await store.adopt({"demo": made("b")})
    assert (await store.served("demo", "a")).manifest_json == b"a"
    assert (await store.served("demo", "b")).manifest_json == b"b"


@pytest.mark.parametrize(
    ("tenant_id", "manifest_id"), [("demo", "x"), ("acme", "a"), ("", ""), ("nobody", "a")]
)
async def test_what_was_never_served_to_the_tenant_is_not_found(
    store: ManifestStore, tenant_id: str, manifest_id: str
) -> None:
    await store.adopt({"demo": made("a"), "acme": made("b", "acme")})
    with pytest.raises(NotFound):
        await store.served(tenant_id, manifest_id)


async def test_what_cannot_be_kept_is_not_served(store: ManifestStore, archive: FakeManifestArchive) -> None:
    await store.adopt({"demo": made("a")})
    subscription = store.subscribe()
    archive.full = True
    with pytest.raises(DependencyUnavailable):
        await store.adopt({"demo": made("b")})
    assert store.current["demo"].manifest_id == "a"
    archive.full = False
    await store.adopt({"demo": made("c")})
    assert await following(subscription) == ["demo"]
    assert list(archive.kept) == ["a", "c"]


async def test_every_subscription_hears_of_every_change(store: ManifestStore) -> None:
    subscriptions = [store.subscribe() for _ in range(100)]
    await store.adopt({"demo": made("a")})
    for subscription in subscriptions:
        assert await following(subscription) == ["demo"]


async def test_a_slow_watcher_costs_one_mark_a_tenant_and_gets_the_latest(store: ManifestStore) -> None:
    slow = store.subscribe()
    for number in range(1000):
        await store.adopt({"demo": made(str(number)), "acme": made("b", "acme")})
    assert len(slow._changed) == 2
    assert await following(slow) == ["demo", "acme"]
    assert store.current["demo"].manifest_id == "999"


async def test_one_who_waits_is_woken(store: ManifestStore) -> None:
    waiting = asyncio.create_task(following(store.subscribe()))
    await asyncio.sleep(0)
    await store.adopt({"demo": made("a")})
    assert await waiting == ["demo"]


async def test_closing_ends_every_subscription_after_its_last_change(store: ManifestStore) -> None:
    first, second = store.subscribe(), store.subscribe()
    await store.adopt({"demo": made("a")})
    assert await following(first) == ["demo"]
    store.close()
    assert await following(first) == []
    assert await following(second) == ["demo"]
    assert await following(second) == []
    assert await following(store.subscribe()) == []


async def test_who_has_unsubscribed_is_forgotten(store: ManifestStore) -> None:
    subscription = store.subscribe()
    store.unsubscribe(subscription)
    store.unsubscribe(subscription)
    assert not store._subscriptions


async def test_the_current_bundles_cannot_be_changed_from_outside(store: ManifestStore) -> None:
    await store.adopt({"demo": made("a")})
    with pytest.raises(TypeError):
        store.current["demo"] = made("b")  # type: ignore[index]
