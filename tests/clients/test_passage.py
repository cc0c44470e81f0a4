"""Vectors of a passage's sentences are unpacked one by one."""

from __future__ import annotations

import struct

import pytest

from causeway_client.passage import SentenceVectors

VECTORS = SentenceVectors(
    "fake-1", 3, ((0, 5), (6, 9)), struct.pack("6b", 127, 0, -128, 1, 2, 3), (0.5, 0.01)
)


@pytest.mark.parametrize(("sentence", "vector"), [(0, (63.5, 0.0, -64.0)), (1, (0.01, 0.02, 0.03))])
def test_each_sentence_has_its_own_numbers_and_scale(sentence: int, vector: tuple[float, ...]) -> None:
    assert VECTORS.vector(sentence) == pytest.approx(vector)


def test_a_sentence_that_is_not_there_is_an_error() -> None:
    with pytest.raises((IndexError, struct.error)):
        VECTORS.vector(2)
