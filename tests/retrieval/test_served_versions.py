"""Each tenant is served the index version that its manifest names, once that is built."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from libs.common.errors import DependencyUnavailable
from services.retrieval.index import Description
from services.retrieval.qdrant_cluster.commit import Commit
from services.retrieval.served_index import Serving
from services.retrieval.served_versions import ServedVersions
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_versions import SomeBundles


class FakeVersion:
    """A version that is built when a test says so."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.revision = 0
        self.broken = False
        self.closed = False

    @property
    def build(self) -> Description | None:
        return Commit(self.name, self.revision, "fake-1", {}, "") if self.revision else None

    @contextmanager
    def lease(self) -> Iterator[Serving | None]:
        if self.broken:
            raise DependencyUnavailable
        yield Serving(self.build, FakeIndex([])) if self.build else None

    async def refresh(self) -> None:
        pass

    async def close(self) -> None:
        self.closed = True


class Shelf:
    def __init__(self) -> None:
        self.versions: dict[str, FakeVersion] = {}

    def open(self, name: str) -> FakeVersion:
        return self.versions.setdefault(name, FakeVersion(name))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


def served_to(versions: ServedVersions, tenant: str) -> str:
    with versions.lease(tenant) as serving:
        return serving.build.index_version if serving else ""


async def test_a_version_is_swapped_in_by_the_manifest_once_it_is_built(shelf: Shelf) -> None:
    bundles = SomeBundles(acme="main", globex="main")
    versions = ServedVersions(shelf.open, "main", bundles)
    shelf.versions["main"].revision = 1
    await versions.refresh()
    bundles.versions["acme"] = "next"
    await versions.refresh()
    assert served_to(versions, "acme") == "main"
    assert versions.wanted("acme") == "next"
    shelf.versions["next"].revision = 1
    assert served_to(versions, "acme") == "next"
    assert served_to(versions, "globex") == "main"
    bundles.versions["acme"] = "main"
    assert served_to(versions, "acme") == "main", "a rollback needs no build"


async def test_a_version_that_no_tenant_needs_any_more_is_closed(shelf: Shelf) -> None:
    bundles = SomeBundles(acme="one")
    versions = ServedVersions(shelf.open, "main", bundles)
    await versions.refresh()
    shelf.versions["one"].revision = 1
    await versions.refresh()
    bundles.versions["acme"] = "two"
    await versions.refresh()
    assert served_to(versions, "acme") == "one", "what it had, not the default"
    assert [shelf.versions["one"].closed] == [False]
    shelf.versions["two"].revision = 1
    await versions.refresh()
    assert served_to(versions, "acme") == "two"
    assert [shelf.versions["one"].closed] == [True]
    await versions.close()
    assert shelf.versions["main"].closed
    assert shelf.versions["two"].closed


async def test_tenants_without_a_manifest_are_served_the_default(shelf: Shelf) -> None:
    versions = ServedVersions(shelf.open, "main", SomeBundles())
    assert served_to(versions, "acme") == ""
    assert versions.build("acme") is None
    shelf.versions["main"].revision = 3
    assert served_to(versions, "acme") == "main"


async def test_a_version_that_cannot_be_read_is_no_empty_index(shelf: Shelf) -> None:
    versions = ServedVersions(shelf.open, "main", SomeBundles(acme="next"))
    await versions.refresh()
    shelf.versions["next"].broken = True
    with pytest.raises(DependencyUnavailable):
        served_to(versions, "acme")
    shelf.versions["main"].revision = 1
    assert served_to(versions, "acme") == "main"


async def test_running_follows_the_manifests(shelf: Shelf) -> None:
    bundles = SomeBundles()
    versions = ServedVersions(shelf.open, "main", bundles)
    following = asyncio.create_task(versions.run())
    bundles.versions["acme"] = "next"
    async with asyncio.timeout(10):
        while "next" not in shelf.versions:
            await asyncio.sleep(0.01)
    following.cancel()
