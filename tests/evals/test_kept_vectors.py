"""A vector is made once."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from evals.kept_vectors import KeptVectors
from tests.fakes.fake_embedder import FakeEmbedder


def test_a_vector_is_that_of_the_embedder_behind_and_made_once(tmp_path: Path) -> None:
    behind = FakeEmbedder()
    kept = KeptVectors(behind, tmp_path)
    twice = kept.embed_passages(["tea", "coffee", "tea"])
    np.testing.assert_array_equal(twice, FakeEmbedder().embed_passages(["tea", "coffee", "tea"]))
    kept.embed_passages(["coffee"])
    assert sorted(behind.texts) == ["coffee", "tea"]


def test_questions_and_passages_are_not_confused(tmp_path: Path) -> None:
    behind = FakeEmbedder()
    kept = KeptVectors(behind, tmp_path)
    kept.embed_query("tea")
    kept.embed_passages(["tea"])
    kept.embed_query("tea")
    assert behind.texts == ["tea", "tea"]


def test_vectors_survive_on_disk(tmp_path: Path) -> None:
    first = KeptVectors(FakeEmbedder(), tmp_path / "new")
    vector = first.embed_query("tea")
    first.save()
    behind = FakeEmbedder()
    again = KeptVectors(behind, tmp_path / "new")
    np.testing.assert_array_equal(again.embed_query("tea"), vector)
    assert behind.texts == []


def test_nothing_new_writes_nothing(tmp_path: Path) -> None:
    KeptVectors(FakeEmbedder(), tmp_path).save()
    assert list(tmp_path.iterdir()) == []


def test_no_texts_give_no_vectors(tmp_path: Path) -> None:
    kept = KeptVectors(FakeEmbedder(), tmp_path)
    assert kept.embed_passages([]).shape == (0, kept.dimensions)
    assert kept.identity == FakeEmbedder().identity
