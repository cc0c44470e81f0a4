"""Which model is used, and what it is called before it is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.embedding.choice import EmbeddingChoice, open_chosen
from libs.embedding.embedder import EmbeddingModelUnavailable
from libs.embedding.model_store import DIMENSIONS, IDENTITY


def test_without_a_name_it_is_the_default_model() -> None:
    assert EmbeddingChoice().identity == IDENTITY
    assert EmbeddingChoice().known_dimensions == DIMENSIONS


def test_every_kind_of_model_has_an_identity_of_its_own() -> None:
    choices = [
        EmbeddingChoice(),
        EmbeddingChoice("m"),
        EmbeddingChoice("m", "http://host/v1"),
        EmbeddingChoice("m", "http://host/v1", dimensions=64),
        EmbeddingChoice("m", query_prefix="q: "),
        EmbeddingChoice("m", passage_prefix="q: "),
    ]

    assert len({choice.identity for choice in choices}) == len(choices)


def test_a_model_keeps_its_identity_when_its_endpoint_moves() -> None:
    assert EmbeddingChoice("m", "http://a/v1").identity == EmbeddingChoice("m", "https://b/v1").identity


def test_a_name_that_fastembed_does_not_know_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingModelUnavailable, match="'nobody/nothing'"):
        open_chosen(EmbeddingChoice("nobody/nothing"), tmp_path, 1)
