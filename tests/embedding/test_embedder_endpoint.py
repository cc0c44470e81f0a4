"""An embeddings endpoint that is slow, refuses, limits, or answers nonsense."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import numpy as np
import pytest

from libs.common.metrics import COST, EMBEDDING_CALLS, REGISTRY, TOKENS
from libs.embedding.choice import EmbeddingChoice
from libs.embedding.embedder import EmbeddingFailed, EmbeddingModelUnavailable
from libs.embedding.embedder_endpoint import ATTEMPTS, QUERY_SECONDS, SPARED_SECONDS, EndpointEmbedder
from tests.fakes.embeddings_server import EmbeddingsServer, embeddings_server
from tests.fakes.fake_clock import FakeClock


class Bench:
    """An endpoint, a client of it, and the time that its pauses take."""

    def __init__(self, server: EmbeddingsServer) -> None:
        self.server = server
        self.clock = FakeClock()
        self.pauses: list[float] = []
        self.opened: list[EndpointEmbedder] = []

    def embedder(self, base_url: str = "", **choice: object) -> EndpointEmbedder:
        settings = {"model": "words-1", "api_key": "secret", **choice}
        chosen = EmbeddingChoice(base_url=base_url or self.server.base_url, **settings)  # type: ignore[arg-type]
        self.opened.append(EndpointEmbedder(chosen, 2, self.clock, self._sleep))
        return self.opened[-1]

    def _sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.advance(seconds)


@pytest.fixture
def bench() -> Iterator[Bench]:
    with embeddings_server() as server:
        bench = Bench(server)
        yield bench
        for embedder in bench.opened:
            embedder.close()


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def test_the_key_and_the_model_are_sent(bench: Bench) -> None:
    bench.embedder().embed_query("bees")

    assert bench.server.keys == ["Bearer secret"]
    assert bench.server.requests == [{"model": "words-1", "input": ["bees"], "encoding_format": "float"}]


def test_calls_hold_as_many_texts_as_the_batch_allows(bench: Bench) -> None:
    vectors = bench.embedder(batch=3).embed_passages([f"text {number}" for number in range(8)])

    assert vectors.shape == (8, 384)
    assert sorted(len(request["input"]) for request in bench.server.requests) == [2, 3, 3]


def test_calls_tokens_and_cost_are_counted(bench: Bench) -> None:
    before = counted("causeway_cost_usd_total", model="priced")
    bench.embedder(model="priced", price=100.0, batch=2).embed_passages(["a", "b", "c"])

    assert counted("causeway_tokens_total", model="priced", kind="embedding") == 21
    assert counted("causeway_cost_usd_total", model="priced") - before == pytest.approx(21 * 100 / 1e6)
    assert counted("causeway_embedding_calls_total", outcome="200") >= 2
    for metric in (COST, TOKENS, EMBEDDING_CALLS):
        assert metric.describe()


def test_tokens_are_estimated_where_the_endpoint_does_not_count_them(bench: Bench) -> None:
    bench.server.usage = False
    embedder = bench.embedder(model="silent")
    embedder.embed_query("three more words")

    expected = embedder.count_tokens("three more words")
    assert counted("causeway_tokens_total", model="silent", kind="embedding") == expected


def test_its_dimensions_are_found_out_once(bench: Bench) -> None:
    bench.server.width = 20
    embedder = bench.embedder()

    assert (embedder.dimensions, embedder.dimensions) == (20, 20)
    assert len(bench.server.requests) == 1


def test_a_wanted_length_is_asked_for_and_part_of_the_identity(bench: Bench) -> None:
    bench.server.width = 12
    embedder = bench.embedder(dimensions=12)

    assert embedder.identity == "endpoint:words-1@12"
    assert embedder.embed_query("bees").shape == (12,)
    assert bench.server.requests[0]["dimensions"] == 12


def test_vectors_of_another_length_are_refused(bench: Bench) -> None:
    embedder = bench.embedder()
    embedder.embed_query("bees")
    bench.server.width = 100

    with pytest.raises(EmbeddingModelUnavailable, match="100 dimensions instead of 384"):
        embedder.embed_query("wasps")


@pytest.mark.parametrize("fault", [(500, {}), (503, {}), (408, {}), b"", b"{", b'{"data": []}'])
def test_a_fault_that_passes_is_tried_again(bench: Bench, fault: tuple[int, dict[str, str]] | bytes) -> None:
    bench.server.faults = [fault]

    assert bench.embedder().embed_query("bees").shape == (384,)
    assert len(bench.pauses) == 1


def test_the_endpoint_says_when_to_come_again(bench: Bench) -> None:
    bench.server.faults = [(429, {"retry-after": "1.5"})]

    bench.embedder().embed_query("bees")

    assert bench.pauses == [1.5]


def test_a_question_never_waits_longer_than_its_time(bench: Bench) -> None:
    bench.server.faults = [(429, {"retry-after": "30"})]

    with pytest.raises(EmbeddingFailed) as failed:
        bench.embedder().embed_query("bees")

    assert failed.value.retry_after_ms == 30_000
    assert sum(bench.pauses) < QUERY_SECONDS


def test_attempts_come_to_an_end(bench: Bench) -> None:
    bench.server.faults = [(500, {})] * 50

    with pytest.raises(EmbeddingFailed, match="cannot answer now"):
        bench.embedder().embed_passages(["bees"])

    assert len(bench.server.requests) == ATTEMPTS


def test_after_a_question_without_answer_the_next_ones_do_without_at_once(bench: Bench) -> None:
    bench.server.faults = [(500, {})] * 50
    embedder = bench.embedder()
    with pytest.raises(EmbeddingFailed, match="cannot answer now"):
        embedder.embed_query("bees")
    bench.server.faults, asked = [], len(bench.server.requests)

    with pytest.raises(EmbeddingFailed, match="a moment ago"):
        embedder.embed_query("bees")
    assert len(bench.server.requests) == asked
    bench.clock.advance(SPARED_SECONDS)
    assert embedder.embed_query("bees").shape == (384,)


def test_of_the_questions_after_a_silence_one_finds_out_whether_it_is_over(bench: Bench) -> None:
    """Else each of them would wait for an endpoint that is still silent."""
    asked, answer = threading.Event(), threading.Event()
    patient: list[bool] = []

    def away(_: httpx.Request) -> httpx.Response:
        if patient:
            asked.set()
            assert answer.wait(20)
        raise httpx.ConnectError("away")

    choice = EmbeddingChoice("words-1", "http://127.0.0.1:9/v1")
    embedder = EndpointEmbedder(choice, 1, bench.clock, bench.clock.advance, httpx.MockTransport(away))
    with pytest.raises(EmbeddingFailed, match="does not answer"):
        embedder.embed_query("bees")
    bench.clock.advance(SPARED_SECONDS)
    patient.append(True)
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(embedder.embed_query, "bees")
        assert asked.wait(20)
        with pytest.raises(EmbeddingFailed, match="a moment ago"):
            embedder.embed_query("wasps")
        answer.set()
        assert isinstance(ahead.exception(20), EmbeddingFailed)
    embedder.close()


def test_a_trickle_is_no_answer() -> None:
    """Each byte begins the HTTP client's own limit anew."""
    clock = FakeClock()

    def trickle() -> Iterator[bytes]:
        while True:
            clock.advance(1.0)
            yield b" "

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=trickle())

    choice = EmbeddingChoice("words-1", "http://127.0.0.1:9/v1")
    embedder = EndpointEmbedder(choice, 1, clock, clock.advance, httpx.MockTransport(answer))
    began = clock.monotonic()
    with pytest.raises(EmbeddingFailed, match="does not answer"):
        embedder.embed_query("bees")
    embedder.close()
    assert clock.monotonic() - began <= QUERY_SECONDS + 1.0


def test_nonsense_in_the_first_answer_does_not_make_the_right_ones_wrong(bench: Bench) -> None:
    embedder = bench.embedder()
    bench.server.width = 2
    embedder.embed_query("bees")
    bench.server.width = 384
    with pytest.raises(EmbeddingModelUnavailable, match="384 dimensions instead of 2"):
        embedder.embed_query("bees")

    assert embedder.embed_query("bees").shape == (384,)


def test_what_passages_have_been_embedded_with_is_certain(bench: Bench) -> None:
    embedder = bench.embedder()
    embedder.embed_passages(["bees"])
    bench.server.width = 2
    for _ in range(2):
        with pytest.raises(EmbeddingModelUnavailable, match="2 dimensions instead of 384"):
            embedder.embed_query("wasps")


def test_nobody_there_is_a_fault_that_may_pass(bench: Bench) -> None:
    with pytest.raises(EmbeddingFailed, match="does not answer"):
        bench.embedder(base_url="http://127.0.0.1:9/v1").embed_query("bees")

    assert counted("causeway_embedding_calls_total", outcome="unreachable") >= 1


@pytest.mark.parametrize(
    ("status", "names"), [(401, "CAUSEWAY_EMBEDDING_API_KEY"), (403, "refuses the key"), (404, "words-1")]
)
def test_a_refusal_is_final_and_says_what_to_check(bench: Bench, status: int, names: str) -> None:
    bench.server.faults = [(status, {})]

    with pytest.raises(EmbeddingModelUnavailable, match=names):
        bench.embedder().embed_query("bees")
    assert bench.pauses == []


def test_the_key_is_in_no_error_and_in_no_representation(bench: Bench) -> None:
    bench.server.faults = [(401, {})]
    embedder = bench.embedder(api_key="sk-very-secret")

    with pytest.raises(EmbeddingModelUnavailable) as refused:
        embedder.embed_query("bees")
    assert "very-secret" not in f"{refused.value} {refused.value.detail}"
    assert "very-secret" not in repr(EmbeddingChoice(api_key="sk-very-secret"))


def test_a_batch_that_is_refused_is_halved_until_it_is_taken(bench: Bench) -> None:
    bench.server.most = 2
    texts = [f"text {number}" for number in range(7)]

    halved = bench.embedder(batch=7).embed_passages(texts)

    bench.server.most = 10
    np.testing.assert_array_equal(halved, bench.embedder(batch=7).embed_passages(texts))


def test_of_a_text_that_is_refused_the_beginning_counts(bench: Bench) -> None:
    bench.server.longest = 500
    long = "bees make honey " * 90

    vectors = bench.embedder(max_tokens=10_000).embed_passages(["wasps", long])

    np.testing.assert_array_equal(vectors[1], bench.embedder().embed_query(long[: len(long) // 4]))


def test_a_short_text_that_is_refused_is_an_error(bench: Bench) -> None:
    bench.server.longest = 3

    with pytest.raises(EmbeddingModelUnavailable, match="refuses the text"):
        bench.embedder().embed_passages(["bees make honey"])


def test_an_endpoint_without_a_model_is_refused() -> None:
    with pytest.raises(EmbeddingModelUnavailable, match="CAUSEWAY_EMBEDDING_MODEL"):
        EndpointEmbedder(EmbeddingChoice(base_url="http://127.0.0.1:9/v1"), 1, FakeClock())


def test_a_slow_endpoint_is_left_in_time() -> None:
    timeouts: list[httpx.Timeout] = []

    def answer(request: httpx.Request) -> httpx.Response:
        timeouts.append(httpx.Timeout(**request.extensions["timeout"]))
        raise httpx.ReadTimeout("slow")

    clock = FakeClock()
    choice = EmbeddingChoice("words-1", "http://127.0.0.1:9/v1")
    embedder = EndpointEmbedder(choice, 1, clock, clock.advance, httpx.MockTransport(answer))
    with pytest.raises(EmbeddingFailed):
        embedder.embed_query("bees")
    embedder.close()

    left = [timeout.read or 0.0 for timeout in timeouts]
    assert left[0] == QUERY_SECONDS
    assert left == sorted(left, reverse=True)
