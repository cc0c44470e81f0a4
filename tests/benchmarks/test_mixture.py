"""Vectors for large indexes, and the exact search among them."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.mixture import BLOCK, Mixture, exact_neighbours
from libs.embedding.embedder import Vectors

DIMENSIONS = 16


@pytest.fixture(scope="module")
def real() -> Vectors:
    vectors = np.random.default_rng(1).standard_normal((BLOCK, DIMENSIONS)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_the_real_vectors_come_first_and_the_others_lie_around_them(real: Vectors) -> None:
    mixture = Mixture(real)

    np.testing.assert_array_equal(mixture.block(0), real)
    nearest = (mixture.block(1) @ real.T).max(axis=1)
    assert nearest.mean() > 0.7
    assert nearest.max() < 0.9999


def test_blocks_are_the_same_at_every_call_and_differ_from_each_other(real: Vectors) -> None:
    first = Mixture(real).block(5)

    np.testing.assert_array_equal(Mixture(real).block(5), first)
    assert not np.array_equal(Mixture(real).block(6), first)
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1, atol=1e-5)
    assert first.dtype == np.float32


@pytest.mark.parametrize("count", [0, BLOCK - 1])
def test_real_vectors_fill_whole_blocks(real: Vectors, count: int) -> None:
    with pytest.raises(ValueError, match="multiple"):
        Mixture(real[:count])


def test_neighbours_are_exact_at_every_size(real: Vectors) -> None:
    mixture, queries = Mixture(real), real[:7]

    found = exact_neighbours(mixture, [BLOCK, 3 * BLOCK], queries, 10)

    everything = np.concatenate([mixture.block(number) for number in range(3)])
    for size, numbers in found.items():
        expected = np.argsort(-(queries @ everything[:size].T), axis=1)[:, :10]
        np.testing.assert_array_equal(numbers, expected)
    assert found[BLOCK][:, 0].tolist() == list(range(7))
