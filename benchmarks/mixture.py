"""Vectors for an index larger than any published set, lying where vectors of texts lie."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from libs.embedding.embedder import Vectors

BLOCK = 1_000
"""Vectors that are made at a time; sizes are multiples of it."""
NOISE = 0.8
"""Length of the noise beside a real vector of length 1: neighbours have a cosine of about .6 then."""

Numbers = npt.NDArray[np.int64]


class Mixture:
    """Real vectors first, then Gaussian noise around them that has the real vectors' covariance.

    Args:
        real: Vectors of texts, of length 1; shape (a multiple of BLOCK, dimensions).
        seed: Decides the noise.
    """

    def __init__(self, real: Vectors, seed: int = 7) -> None:
        if len(real) == 0 or len(real) % BLOCK:
            raise ValueError(f"{len(real)} real vectors are no multiple of {BLOCK}")
        self._real = real
        self._seed = seed
        around = real - real.mean(axis=0)
        covariance = around.T @ around / len(real) + 1e-6 * np.eye(real.shape[1])
        self._shape = np.linalg.cholesky(covariance).astype(np.float32)

    def block(self, number: int) -> Vectors:
        """The vectors number * BLOCK to (number + 1) * BLOCK, of length 1; the same at every call."""
        if (number + 1) * BLOCK <= len(self._real):
            return self._real[number * BLOCK : (number + 1) * BLOCK]
        chance = np.random.default_rng([self._seed, number])
        centres = self._real[chance.integers(len(self._real), size=BLOCK)]
        noise = chance.standard_normal(centres.shape, np.float32) @ self._shape.T
        moved = centres + noise * (NOISE / np.linalg.norm(noise, axis=1, keepdims=True))
        unit: Vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)
        return unit.astype(np.float32)


def exact_neighbours(
    mixture: Mixture, sizes: Sequence[int], queries: Vectors, nearest: int
) -> dict[int, Numbers]:
    """Compares every query with every vector.

    Args:
        mixture: The vectors.
        sizes: How many of them, each a multiple of BLOCK.
        queries: Shape (queries, dimensions).
        nearest: How many are wanted.

    Returns:
        By size, the numbers of the vectors nearest to each query, best first; shape (queries, nearest).
    """
    found: dict[int, Numbers] = {}
    scores = np.full((len(queries), nearest), -2.0, np.float32)
    numbers = np.full((len(queries), nearest), -1, np.int64)
    for block in range(max(sizes) // BLOCK):
        near = queries @ mixture.block(block).T
        here = np.broadcast_to(np.arange(block * BLOCK, (block + 1) * BLOCK), near.shape)
        scores, numbers = _best(np.hstack([scores, near]), np.hstack([numbers, here]), nearest)
        if (block + 1) * BLOCK in sizes:
            found[(block + 1) * BLOCK] = numbers
    return found


def _best(scores: Vectors, numbers: Numbers, count: int) -> tuple[Vectors, Numbers]:
    order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    return np.take_along_axis(scores, order, 1), np.take_along_axis(numbers, order, 1)
