"""A model that is loaded when it is needed."""

from __future__ import annotations

import pytest

from libs.embedding.embedder import Embedder, EmbeddingModelUnavailable
from services.retrieval.late_embedder import LateEmbedder
from tests.fakes.fake_embedder import FakeEmbedder


def test_the_identity_is_known_before_the_model_is_loaded_and_it_is_loaded_once() -> None:
    loads: list[int] = []

    def load() -> Embedder:
        loads.append(1)
        return FakeEmbedder("model-1")

    late = LateEmbedder("model-1", load)
    assert (late.identity, loads) == ("model-1", [])
    assert late.embed_passages(["bees", "wasps"]).shape == (2, 384)
    assert late.count_tokens("bees make honey") == 5
    assert loads == [1]


def test_another_model_than_was_announced_is_refused() -> None:
    late = LateEmbedder("model-1", lambda: FakeEmbedder("model-2"))
    with pytest.raises(EmbeddingModelUnavailable, match="model-2 instead of model-1"):
        late.count_tokens("bees")


def test_a_model_that_cannot_be_loaded_is_tried_again() -> None:
    failures = [EmbeddingModelUnavailable("Prepare it first.")]

    def load() -> Embedder:
        if failures:
            raise failures.pop()
        return FakeEmbedder()

    late = LateEmbedder("fake-1", load)
    with pytest.raises(EmbeddingModelUnavailable, match="Prepare it first"):
        late.count_tokens("bees")
    assert late.count_tokens("bees") == 3


def test_the_length_of_vectors_is_told_without_loading_where_it_is_known() -> None:
    def never() -> Embedder:
        raise AssertionError("loaded")

    assert LateEmbedder("model-1", never, 24).dimensions == 24
    assert LateEmbedder("fake-1", FakeEmbedder).dimensions == 384
