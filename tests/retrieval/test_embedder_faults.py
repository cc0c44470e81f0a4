"""A serving process whose embeddings endpoint is away, hangs or answers nonsense: words answer, and it recovers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from libs.common.keys import create_signing_key
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.embedding.choice import EmbeddingChoice
from libs.embedding.embedder_endpoint import EndpointEmbedder
from services.retrieval.candidates import DENSE_SEARCH
from tests.fakes.embeddings_server import embeddings_server
from tests.retrieval.example_passages import build_index, example
from tests.retrieval.running_server import Keys
from tests.retrieval.service_process import Outcome, free_port, serving

pytestmark = pytest.mark.process

RADIO = example("The radio needs a battery.", uri="radio.md")
PASSAGES = (RADIO, example("Lifejackets hang beside the door."), example("Lunch is at noon."))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """What a process serves: a build whose vectors an endpoint has made."""
    (tmp_path / "keys").mkdir()
    create_signing_key(tmp_path / "keys" / "retrieval.key.pem")
    with embeddings_server() as server:
        embedder = EndpointEmbedder(EmbeddingChoice("words-1", server.base_url), 2, SystemClock())
        build_index(tmp_path / "retrieval" / "index", PASSAGES, 1, embedder)
        embedder.close()
    return tmp_path


def embedded_by(base_url: str) -> dict[str, str]:
    return {"CAUSEWAY_EMBEDDING_BASE_URL": base_url, "CAUSEWAY_EMBEDDING_MODEL": "words-1"}


def whole(outcome: Outcome) -> bool:
    return isinstance(outcome, pb.SearchResponse) and not outcome.degradations and bool(outcome.passages)


def assert_by_words_alone(found: pb.SearchResponse) -> None:
    assert list(found.degradations) == [DENSE_SEARCH]
    assert [passage.text for passage in found.passages] == [RADIO.text]


async def test_an_endpoint_that_is_away_costs_the_vectors_until_it_is_back(data: Path) -> None:
    port = free_port()
    async with serving(data, Keys(data / "keys"), embedded_by(f"http://127.0.0.1:{port}/v1")) as service:
        for number in range(3):
            assert_by_words_alone(await service.search(f"radio {number}", seconds=2.0))
        with embeddings_server(port):
            await service.until(whole)


async def test_an_endpoint_that_hangs_costs_the_vectors_and_no_deadline(data: Path) -> None:
    """Afterwards, callers with less time than the hanging searches took are admitted at once."""
    with embeddings_server() as server:
        async with serving(data, Keys(data / "keys"), embedded_by(server.base_url)) as service:
            server.open.clear()
            found = await asyncio.gather(*(service.search(f"radio {n}", seconds=5.0) for n in range(4)))
            for each in found:
                assert_by_words_alone(each)
            # It is known to be silent now: nobody waits for it.
            assert_by_words_alone(await service.search("the radio", seconds=0.5))
            server.open.set()
            await service.until(whole, seconds=1.0)


@pytest.mark.parametrize(
    "broken",
    [
        b"<html>It works!</html>",
        (503, {"retry-after": "60"}),
        b'{"data": [{"index": 0, "embedding": [1.0, 2.0]}]}',
        b'{"data": [{"index": 0, "embedding": [' + b"0.0," * 383 + b"0.0]}]}",
    ],
    ids=["a page", "503", "another length", "no direction"],
)
async def test_an_endpoint_that_answers_nonsense_costs_the_vectors_until_it_does_not(
    data: Path, broken: bytes | tuple[int, dict[str, str]]
) -> None:
    """Also where the nonsense is the first that it ever says to this process."""
    with embeddings_server() as server:
        server.broken = broken
        async with serving(data, Keys(data / "keys"), embedded_by(server.base_url)) as service:
            for query in ("radio", "radio battery", "radio"):
                assert_by_words_alone(await service.search(query, seconds=2.0))
            server.broken = None
            await service.until(whole)
            assert whole(await service.search("radio"))
