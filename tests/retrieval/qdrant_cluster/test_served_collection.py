"""A serving process follows the commits, and tells an empty index from one that cannot be asked."""

from __future__ import annotations

import asyncio

import grpc
import pytest
from qdrant_client import AsyncQdrantClient, QdrantClient

from libs.common.errors import DependencyUnavailable
from services.retrieval.qdrant_cluster.served_collection import ServedCollection
from tests.fakes.fake_clock import FakeClock
from tests.fakes.qdrant_server import QdrantServer
from tests.retrieval.example_cluster import ALIAS, ListShelf, index_over, publication
from tests.retrieval.example_passages import embedded, example


@pytest.fixture
def served(serving: AsyncQdrantClient) -> ServedCollection:
    return ServedCollection(serving, ALIAS, index_over(serving), FakeClock())


async def test_before_the_first_commit_there_is_nothing(served: ServedCollection) -> None:
    await served.refresh()
    assert served.build is None
    with served.lease() as serving:
        assert serving is None


async def test_each_commit_is_seen(writing: QdrantClient, served: ServedCollection) -> None:
    shelf = ListShelf(embedded([example("one")]))
    publishing = publication(writing, shelf)
    for revision, passages in ((4, [example("one")]), (5, [example("one"), example("x", tenant="globex")])):
        shelf.passages = embedded(passages)
        publishing.publish(revision)
        await served.refresh()
        build = served.build
        assert build is not None
        assert (build.index_version, build.revision, build.embedder) == ("main", revision, "fake-1")
        assert build.passages == len(passages)
    assert build is not None
    assert build.tenants == {"acme": 1, "globex": 1}
    with served.lease() as serving:
        assert serving is not None
        assert serving.build == build


async def test_a_cluster_that_was_never_reached_is_no_empty_index(
    server: QdrantServer, served: ServedCollection
) -> None:
    server.faults.refusals = {"ListAliases": grpc.StatusCode.UNAVAILABLE}
    for _ in range(2):
        with pytest.raises(DependencyUnavailable), served.lease():
            pass
        await served.refresh()
    server.faults.clear()
    await served.refresh()
    with served.lease() as serving:
        assert serving is None


async def test_a_server_that_is_too_old_is_not_searched(
    server: QdrantServer, served: ServedCollection
) -> None:
    for version in ("1.18.9", "0.99.0", "dev"):
        server.version = version
        await served.refresh()
        with pytest.raises(DependencyUnavailable), served.lease():
            pass
    server.version = "2.0.1-dev"
    await served.refresh()
    with served.lease() as serving:
        assert serving is None


async def test_what_is_known_stays_while_the_cluster_is_away(
    server: QdrantServer, writing: QdrantClient, served: ServedCollection
) -> None:
    publication(writing, ListShelf(embedded([example("one")]))).publish(1)
    await served.refresh()
    server.faults.refusals = {"Get": grpc.StatusCode.UNAVAILABLE}
    await served.refresh()
    assert served.build is not None
    with served.lease() as serving:
        assert serving is not None


async def test_running_follows_the_commits(writing: QdrantClient, served: ServedCollection) -> None:
    following = asyncio.create_task(served.run())
    await asyncio.to_thread(publication(writing, ListShelf(embedded([example("one")]))).publish, 1)
    async with asyncio.timeout(20):
        while served.build is None:
            await asyncio.sleep(0.01)
    following.cancel()
    await served.close()
