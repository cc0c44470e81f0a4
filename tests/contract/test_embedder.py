"""What every embedder keeps: the default model, a named model of fastembed, and an endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from libs.embedding.choice import EmbeddingChoice, open_chosen
from libs.embedding.embedder import Embedder
from libs.embedding.embedder_endpoint import EndpointEmbedder
from tests.e2e.stack import MODELS
from tests.embedding.small_model import place_small_model
from tests.fakes.embeddings_server import embeddings_server

KINDS = ("default", "named", "prefixed", "endpoint")
TEXTS = [
    "Roll back by reverting the commit.",
    "Salmon is poached gently in court bouillon.",
    "short",
    "",
    "The index of a region is built by the ingest worker, a process of its own. " * 12,
    "reverting the commit will roll back",
]
ODD = ["", " ", "\n\t", "\x00", "a\x00b", "\ud800", "x\udfffy", "\u202e", "🙂" * 50, "é" * 9000]


@pytest.fixture(scope="module", params=KINDS)
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[EmbeddingChoice, Embedder]]:
    """Each kind of embedder, opened as the services open it."""
    if request.param == "endpoint":
        with embeddings_server() as server:
            choice = EmbeddingChoice("words-1", server.base_url, api_key="key", batch=4)
            embedder = open_chosen(choice, MODELS, threads=2)
            yield choice, embedder
            assert isinstance(embedder, EndpointEmbedder)
            embedder.close()
    elif request.param in ("named", "prefixed"):
        folder = tmp_path_factory.mktemp("models")
        prefix = "q: " if request.param == "prefixed" else ""
        choice = EmbeddingChoice(place_small_model(folder), query_prefix=prefix, passage_prefix=prefix)
        with pytest.MonkeyPatch.context() as patched:
            patched.setenv("HF_HUB_OFFLINE", "1")
            yield choice, open_chosen(choice, folder, threads=2)
    else:
        yield EmbeddingChoice(), open_chosen(EmbeddingChoice(), MODELS, threads=2)


@pytest.fixture
def embedder(opened: tuple[EmbeddingChoice, Embedder]) -> Embedder:
    return opened[1]


def test_its_identity_is_known_before_it_is_opened(opened: tuple[EmbeddingChoice, Embedder]) -> None:
    choice, embedder = opened

    assert embedder.identity == choice.identity
    assert choice.known_dimensions in (0, embedder.dimensions)


def test_a_query_becomes_one_unit_vector(embedder: Embedder) -> None:
    vector = embedder.embed_query("How do I roll back?")

    assert vector.shape == (embedder.dimensions,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_passages_become_unit_vectors_in_their_order(embedder: Embedder) -> None:
    vectors = embedder.embed_passages(TEXTS)

    assert vectors.shape == (len(TEXTS), embedder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_allclose(vector, embedder.embed_passages([text])[0], atol=1e-6)


def test_a_vector_does_not_depend_on_its_neighbours(embedder: Embedder) -> None:
    forwards = embedder.embed_passages(TEXTS)

    np.testing.assert_allclose(embedder.embed_passages(TEXTS[::-1])[::-1], forwards, atol=1e-6)


def test_texts_with_the_same_words_are_nearer_than_others(embedder: Embedder) -> None:
    rollback, salmon, *_, same = embedder.embed_passages(TEXTS)

    assert same @ rollback > same @ salmon


def test_no_passages_give_an_empty_matrix(embedder: Embedder) -> None:
    vectors = embedder.embed_passages([])

    assert vectors.shape == (0, embedder.dimensions)
    assert vectors.dtype == np.float32


@pytest.mark.parametrize("text", ODD)
def test_odd_strings_are_embedded_like_any_other(embedder: Embedder, text: str) -> None:
    for vector in (embedder.embed_query(text), embedder.embed_passages([text])[0]):
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
    assert embedder.count_tokens(text) >= 2


def test_text_beyond_the_limit_is_left_out(embedder: Embedder) -> None:
    full = embedder.embed_query("rollback " * embedder.max_tokens)

    longer = embedder.embed_query("rollback " * embedder.max_tokens + "salmon " * 90)
    other = embedder.embed_query("salmon " + "rollback " * embedder.max_tokens)

    np.testing.assert_array_equal(longer, full)
    assert not np.array_equal(other, full)


def test_a_longer_text_has_more_tokens_beyond_the_limit_too(embedder: Embedder) -> None:
    long = "rollback " * (2 * embedder.max_tokens)

    assert embedder.count_tokens(long) > embedder.max_tokens
    assert embedder.count_tokens(long * 2) > embedder.count_tokens(long)


def test_many_threads_may_share_one_embedder(embedder: Embedder) -> None:
    expected = embedder.embed_passages(TEXTS)

    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: embedder.embed_passages(TEXTS), range(8)):
            np.testing.assert_allclose(vectors, expected, atol=1e-6)


def test_the_files_of_a_named_model_need_no_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    name = place_small_model(tmp_path)

    assert open_chosen(EmbeddingChoice(name), tmp_path, 1).max_tokens == 32
