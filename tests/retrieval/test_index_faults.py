"""A serving process whose index is slow, gone or damaged: typed errors or less, in time, and it recovers by itself."""

from __future__ import annotations

import asyncio
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import grpc
import pytest

from libs.common.clock import SystemClock
from libs.common.errors import CausewayError, DeadlineExceeded, DependencyUnavailable
from libs.common.keys import create_signing_key
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.embedding.choice import EmbeddingChoice
from libs.embedding.embedder_endpoint import EndpointEmbedder
from services.retrieval.build import Build
from services.retrieval.qdrant_cluster.collection import CollectionShape
from services.retrieval.qdrant_cluster.connection import ClusterAddress
from tests.fakes.embeddings_server import embeddings_server
from tests.fakes.qdrant_server import QdrantServer
from tests.retrieval.example_cluster import ListShelf, publication, remote_clients
from tests.retrieval.example_passages import build_index, embedded, example
from tests.retrieval.running_server import Keys
from tests.retrieval.service_process import Outcome, serving

pytestmark = pytest.mark.process

PASSAGES = tuple(example(f"The radio needs battery {number}.", uri=f"{number}.md") for number in range(5))
LESS = 0.5
"""Seconds that a caller gives, and with which it does not wait for what is broken."""


class Data:
    """A data folder, and what publishes in it."""

    def __init__(self, root: Path, base_url: str) -> None:
        self.root, self.keys = root, Keys(root / "keys")
        self.index = root / "retrieval" / "index"
        self.embedder = EndpointEmbedder(EmbeddingChoice("words-1", base_url), 2, SystemClock())
        self.settings = {"CAUSEWAY_EMBEDDING_BASE_URL": base_url, "CAUSEWAY_EMBEDDING_MODEL": "words-1"}

    def publish(self, revision: int) -> Build:
        return build_index(self.index, PASSAGES, revision, self.embedder)


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Data]:
    (tmp_path / "keys").mkdir()
    create_signing_key(tmp_path / "keys" / "retrieval.key.pem")
    with embeddings_server() as server:
        data = Data(tmp_path, server.base_url)
        yield data
        data.embedder.close()


def serves(revision: int) -> Callable[[Outcome], bool]:
    """Whether a search found everything, in the build of a revision, going without nothing."""

    def right(outcome: Outcome) -> bool:
        return (
            isinstance(outcome, pb.SearchResponse)
            and outcome.content_revision == revision
            and len(outcome.passages) == len(PASSAGES)
            and not outcome.degradations
        )

    return right


def flip(path: Path) -> None:
    """Flips a bit, in a new file, as one that came damaged over a network."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    path.write_bytes(content)


def largest(build: Build) -> Path:
    return max((build.path / name for name in build.files), key=lambda path: path.stat().st_size)


async def test_a_process_that_stands_still_costs_its_callers_their_deadline_and_no_more(data: Data) -> None:
    data.publish(1)
    async with serving(data.root, data.keys, data.settings) as service:
        await service.until(serves(1))
        service.process.send_signal(signal.SIGSTOP)
        async with asyncio.timeout(20):
            found = await asyncio.gather(*(service.outcome(f"radio {n}", LESS) for n in range(20)))
        assert {type(each) for each in found} == {DeadlineExceeded}
        service.process.send_signal(signal.SIGCONT)
        await service.until(serves(1))


async def test_an_index_that_is_gone_goes_on_being_served_and_a_new_one_follows(data: Data) -> None:
    async with serving(data.root, data.keys, data.settings) as service:
        nothing = await service.search("radio")
        assert (list(nothing.passages), nothing.index_version, list(nothing.degradations)) == ([], "", [])
        data.publish(1)
        await service.until(serves(1))
        shutil.rmtree(data.index)
        for number in range(5):
            assert serves(1)(await service.search(f"radio battery {number}"))
        data.publish(2)
        await service.until(serves(2))


@pytest.mark.parametrize("harm", ["a flipped bit", "a lost file", "half a pointer"])
async def test_a_process_that_starts_over_a_damaged_index_says_so_and_recovers(data: Data, harm: str) -> None:
    damaged = data.publish(1)
    if harm == "a flipped bit":
        flip(largest(damaged))
    elif harm == "a lost file":
        largest(damaged).unlink()
    else:
        (data.index / "main" / "current.json").write_text('{"revision": 1, "dig')
    async with serving(data.root, data.keys, data.settings) as service:
        with pytest.raises(DependencyUnavailable, match="cannot be read"):
            await service.search("radio", LESS)
        data.publish(2)
        await service.until(serves(2))


async def test_builds_that_are_damaged_or_half_made_leave_the_last_good_one_serving(data: Data) -> None:
    data.publish(1)
    async with serving(data.root, data.keys, data.settings) as service:
        await service.until(serves(1))
        service.process.send_signal(signal.SIGSTOP)  # or it might read the build before it is damaged
        flip(largest(data.publish(2)))
        shutil.rmtree(data.publish(3).path)
        shutil.copytree(data.index / "main" / "builds" / "1", data.index / "main" / "builds" / "4.partial")
        (data.index / "main" / "current.json").write_text("{")
        service.process.send_signal(signal.SIGCONT)
        for number in range(5):
            assert serves(1)(await service.search(f"radio battery {number}"))
        data.publish(5)
        await service.until(serves(5))


async def test_an_index_that_rots_while_it_is_served_is_a_typed_error_and_the_next_build_is_served(
    data: Data,
) -> None:
    """Large files of a build are shared with those that serve it, so that damage reaches them."""
    build = data.publish(1)
    async with serving(data.root, data.keys, data.settings) as service:
        await service.until(serves(1))
        (stored,) = build.path.glob("shard/segments/*/payload_storage/page_0.dat")
        with stored.open("r+b") as file:
            content = file.read(8192)
            file.seek(0)
            file.write(bytes(byte ^ 0x55 for byte in content))
        found = [await service.outcome(f"a battery for radio {n}", 5.0) for n in range(5)]
        assert {type(each) for each in found} == {DependencyUnavailable}
        data.publish(2)
        await service.until(serves(2))


@pytest.fixture
def cluster(data: Data) -> Iterator[QdrantServer]:
    """A Qdrant over a socket that holds the passages, and that the process is told to use."""
    server = QdrantServer()
    server.start()
    writing, _ = remote_clients(ClusterAddress(server.url, "", timeout=5))
    shape = CollectionShape(data.embedder.identity)
    publication(writing, ListShelf(embedded(PASSAGES, data.embedder)), shape).publish(1)
    data.settings |= {"CAUSEWAY_QDRANT_URL": server.url, "CAUSEWAY_QDRANT_PREFIX": "test"}
    yield server
    writing.close()
    server.stop()


@pytest.mark.parametrize(
    ("slow", "error"), [("QueryBatch", DependencyUnavailable), ("Scroll", DeadlineExceeded)]
)
async def test_an_index_that_is_slow_is_a_typed_error_within_the_deadline(
    data: Data, cluster: QdrantServer, slow: str, error: type[CausewayError]
) -> None:
    """The error says which: the candidates did not come, or their passages did not."""
    async with serving(data.root, data.keys, data.settings) as service:
        await service.until(serves(1))
        cluster.faults.gates = {slow: threading.Event()}
        async with asyncio.timeout(20):
            found = await asyncio.gather(*(service.outcome(f"radio {n}", 2.5) for n in range(8)))
        assert {type(each) for each in found} == {error}
        cluster.faults.clear()
        await service.until(serves(1), seconds=2.0)


@pytest.mark.parametrize("fault", ["stopped", "refusing"])
async def test_an_index_that_does_not_answer_is_a_typed_error_until_it_does(
    data: Data, cluster: QdrantServer, fault: str
) -> None:
    async with serving(data.root, data.keys, data.settings) as service:
        await service.until(serves(1))
        if fault == "stopped":
            await asyncio.to_thread(cluster.stop)
        else:
            cluster.faults.refusals = {"QueryBatch": grpc.StatusCode.INTERNAL}
        found = [await service.outcome(f"radio {n}", 5.0) for n in range(5)]
        assert {type(each) for each in found} == {DependencyUnavailable}
        if fault == "stopped":
            cluster.start()
        cluster.faults.clear()
        await service.until(serves(1))


async def test_a_process_that_starts_before_its_index_says_so_and_finds_it(
    data: Data, cluster: QdrantServer
) -> None:
    await asyncio.to_thread(cluster.stop)
    async with serving(data.root, data.keys, data.settings) as service:
        with pytest.raises(CausewayError) as raised:
            await service.search("radio", LESS)
        assert isinstance(raised.value, DependencyUnavailable)
        cluster.start()
        await service.until(serves(1))
