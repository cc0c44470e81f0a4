"""Sentences of a passage, and their vectors in eight bits."""

from __future__ import annotations

import numpy as np
import pytest

from libs.embedding.embedder import Vectors
from services.retrieval.sentence_vectors import LONGEST, MOST, SentenceVectors, sentence_spans
from tests.fakes.fake_embedder import FakeEmbedder


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


def random_units(count: int, dimensions: int = 384) -> Vectors:
    vectors = np.random.default_rng(2).standard_normal((count, dimensions)).astype(np.float32)
    unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return unit


def test_sentences_and_lines_are_told_apart() -> None:
    text = "Bees make honey. Wasps, e.g. hornets, make paper!\n- An item of a list\n- Another item"

    assert sentences(text) == [
        "Bees make honey.",
        "Wasps, e.g. hornets, make paper!",
        "- An item of a list",
        "- Another item",
    ]


def test_code_and_what_says_nothing_have_no_vectors() -> None:
    text = "Run this command:\n```python\nimport bees, wasps\n```\nOk.\n| 12.5 | 13.75 | 14.25 |\nThat is all of it."

    assert sentences(text) == ["Run this command:", "That is all of it."]


def test_four_signs_say_something_in_chinese() -> None:
    assert sentences("蜜蜂酿蜜。好。") == ["蜜蜂酿蜜。"]


def test_sentences_are_bounded_in_number_and_length() -> None:
    many = "This is a sentence of many. " * (MOST + 20)
    long = "word " * LONGEST

    assert len(sentences(many)) == MOST
    assert all(len(part) <= LONGEST for part in sentences(long))
    assert sentence_spans("") == []


def test_vectors_lose_nothing_that_a_comparison_would_see() -> None:
    exact = random_units(40)

    rounded = SentenceVectors.of([(0, 1)] * 40, exact).vectors()

    assert np.einsum("ij,ij->i", exact, rounded).min() > 0.9999
    np.testing.assert_allclose(exact @ exact.T, rounded @ rounded.T, atol=0.005)


def test_sentences_come_back_as_they_were_kept() -> None:
    kept = SentenceVectors.of([(3, 17), (18, 2_000_000)], FakeEmbedder().embed_passages(["bees", "wasps"]))

    read = SentenceVectors.from_bytes(kept.to_bytes())

    assert read.spans == kept.spans
    np.testing.assert_array_equal(read.values, kept.values)
    np.testing.assert_array_equal(read.scales, kept.scales)
    assert len(kept.to_bytes()) == 4 + 2 * (8 + 4 + 384)


def test_a_passage_without_sentences_is_known_to_have_none() -> None:
    none = SentenceVectors.of([], np.zeros((0, 384), np.float32))

    assert SentenceVectors.from_bytes(none.to_bytes()).spans == ()


def test_a_vector_of_nothing_stays_one() -> None:
    assert not SentenceVectors.of([(0, 1)], np.zeros((1, 8), np.float32)).vectors().any()


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x01\x00\x08\x00", b"\x01\x00\x00\x00" + bytes(13)])
def test_anything_else_is_refused(damage: bytes) -> None:
    with pytest.raises(ValueError, match="sentence vectors"):
        SentenceVectors.from_bytes(damage)
