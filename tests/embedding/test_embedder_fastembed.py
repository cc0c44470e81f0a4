"""The real embedder on the real model: vectors, odd input, threads, and no network."""

import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from libs.embedding.embedder import EmbeddingModelUnavailable
from libs.embedding.embedder_fastembed import (
    FastembedEmbedder,
    load_prepared,
    open_embedder,
    open_hub_embedder,
)
from libs.embedding.model_store import PreparedModel

TEXTS = [
    "Roll back by reverting the commit; every edge serves the old manifest within five seconds.",
    "Salmon is poached gently in court bouillon.",
    "short",
    "",
    "The index of a region is built by the ingest worker, a process of its own. " * 12,
    "How do I undo a bad configuration in production?",
]


@pytest.fixture(scope="module")
def two_threads(prepared_model: PreparedModel) -> FastembedEmbedder:
    return load_prepared(prepared_model, threads=2)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> NoReturn:
        raise AssertionError("the local model reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def test_an_embedder_carries_its_models_identity(
    embedder: FastembedEmbedder, prepared_model: PreparedModel
) -> None:
    assert embedder.identity == prepared_model.identity
    assert embedder.dimensions == prepared_model.dimensions
    assert embedder.max_tokens == prepared_model.max_tokens


def test_each_token_becomes_a_unit_vector_and_their_mean_points_where_the_texts_does(
    embedder: FastembedEmbedder,
) -> None:
    tokens = embedder.embed_tokens("How do I roll back?")
    assert tokens.shape == (embedder.count_tokens("How do I roll back?"), 384)
    assert np.linalg.norm(tokens, axis=1) == pytest.approx(1, abs=1e-5)
    mean = tokens.mean(axis=0)
    assert float(mean @ embedder.embed_query("How do I roll back?")) > 0.95 * float(np.linalg.norm(mean))
    assert len(embedder.embed_tokens("word " * 3000)) == embedder.max_tokens


def test_a_query_becomes_one_unit_vector(embedder: FastembedEmbedder) -> None:
    vector = embedder.embed_query("How do I roll back?")
    assert vector.shape == (384,)
    assert vector.dtype == np.float32
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


def test_passages_become_unit_vectors_in_their_order(embedder: FastembedEmbedder) -> None:
    vectors = embedder.embed_passages(TEXTS)
    assert vectors.shape == (len(TEXTS), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    for text, vector in zip(TEXTS, vectors, strict=True):
        np.testing.assert_array_equal(vector, embedder.embed_query(text))


def test_related_texts_are_nearer_than_unrelated_ones(embedder: FastembedEmbedder) -> None:
    rollback, salmon, *_, question = embedder.embed_passages(TEXTS)
    assert question @ rollback > question @ salmon + 0.2


@pytest.mark.parametrize(
    ("first", "second", "float32", "tolerance"),
    [
        ("A man is eating food.", "A man is eating a piece of bread.", 0.7553, 0.006),
        ("The weather is lovely today.", "It's so sunny outside!", 0.6660, 0.02),
        ("This is an example sentence", "Each sentence is converted", 0.4046, 0.02),
    ],
)
def test_int8_stays_close_to_the_published_similarities(
    embedder: FastembedEmbedder, first: str, second: str, float32: float, tolerance: float
) -> None:
    cosine = embedder.embed_query(first) @ embedder.embed_query(second)
    assert cosine == pytest.approx(float32, abs=tolerance)


def test_a_vector_does_not_depend_on_its_neighbours(
    embedder: FastembedEmbedder, two_threads: FastembedEmbedder
) -> None:
    forwards = embedder.embed_passages(TEXTS)
    np.testing.assert_array_equal(embedder.embed_passages(TEXTS[::-1])[::-1], forwards)
    np.testing.assert_array_equal(two_threads.embed_passages(TEXTS), forwards)
    np.testing.assert_array_equal(two_threads.embed_passages(TEXTS[:1])[0], forwards[0])


def test_many_threads_may_share_one_embedder(embedder: FastembedEmbedder) -> None:
    expected = [embedder.embed_query(text) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: [embedder.embed_query(text) for text in TEXTS], range(12)):
            np.testing.assert_array_equal(vectors, expected)


def test_no_passages_give_an_empty_matrix(embedder: FastembedEmbedder) -> None:
    vectors = embedder.embed_passages([])
    assert vectors.shape == (0, 384)
    assert vectors.dtype == np.float32


@pytest.mark.parametrize(
    "text", ["", " ", "\n\t", "\x00", "a\x00b", "\ud800", "x\udfffy", "\u202e", "🙂" * 50, "é" * 9000]
)
def test_odd_strings_are_embedded_like_any_other(embedder: FastembedEmbedder, text: str) -> None:
    for vector in (embedder.embed_query(text), embedder.embed_passages([text])[0]):
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)
    assert embedder.count_tokens(text) >= 2


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(codec=None), max_size=40))
def test_any_string_at_all_is_embedded(embedder: FastembedEmbedder, text: str) -> None:
    vector = embedder.embed_query(text)
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-6)


def test_text_beyond_the_limit_is_left_out(embedder: FastembedEmbedder) -> None:
    limit = embedder.max_tokens - 2
    full = embedder.embed_query("rollback " * limit)
    np.testing.assert_array_equal(embedder.embed_query("rollback " * limit + "salmon " * 90), full)
    assert not np.array_equal(embedder.embed_query("salmon " + "rollback " * limit), full)


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 2), ("This is an example sentence", 7), ("undoable manifests", 6)]
)
def test_tokens_are_counted_with_the_special_ones(
    embedder: FastembedEmbedder, text: str, tokens: int
) -> None:
    assert embedder.count_tokens(text) == tokens


def test_tokens_are_counted_beyond_the_limit(embedder: FastembedEmbedder) -> None:
    assert embedder.count_tokens("rollback " * 3000) == 3000 * 2 + 2


@pytest.mark.usefixtures("no_network")
def test_the_default_model_opens_without_any_network(prepared_model: PreparedModel) -> None:
    said: list[str] = []
    embedder = open_embedder(prepared_model.path.parent, threads=1, progress=said.append)
    assert embedder.embed_query("offline").shape == (384,)
    assert said == []


def test_one_process_may_open_the_model_twice(
    prepared_model: PreparedModel, embedder: FastembedEmbedder
) -> None:
    again = load_prepared(prepared_model)
    np.testing.assert_array_equal(again.embed_query("twice"), embedder.embed_query("twice"))


def test_no_threads_at_all_is_refused(prepared_model: PreparedModel) -> None:
    with pytest.raises(ValueError, match="give at least 1"):
        load_prepared(prepared_model, threads=0)


def test_an_unknown_hub_model_says_where_the_list_is(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelUnavailable, match="list_supported_models"):
        open_hub_embedder("nobody/no-such-model", tmp_path)


def test_an_unreachable_hub_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(EmbeddingModelUnavailable, match="run once where the model hub can be reached"):
        open_hub_embedder("BAAI/bge-small-en-v1.5", tmp_path)


def test_a_hub_model_that_was_downloaded_before_needs_no_hub(
    prepared_model: PreparedModel,
    embedder: FastembedEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The layout of a download of this name, as the hub's client keeps it; our model stands in for it.
    revision = "0" * 40
    repository = tmp_path / "models--Qdrant--all-MiniLM-L6-v2-onnx"
    shutil.copytree(prepared_model.path, repository / "snapshots" / revision)
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text(revision, "utf-8")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    name = "sentence-transformers/all-MiniLM-L6-v2"
    from_hub = open_hub_embedder(name, tmp_path, threads=2)
    assert from_hub.identity == f"fastembed:{name}"
    assert (from_hub.dimensions, from_hub.max_tokens) == (384, 512)
    np.testing.assert_allclose(from_hub.embed_passages(TEXTS), embedder.embed_passages(TEXTS), atol=2e-7)
