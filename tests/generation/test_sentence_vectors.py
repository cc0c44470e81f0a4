"""Each sentence is embedded once, as long as it is remembered."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from libs.embedding.embedder import Vectors
from services.generation.sentence_vectors import SentenceVectors
from tests.fakes.fake_embedder import FakeEmbedder

TEXTS = ("Tea is at four.", "Coffee is at ten.", "Lunch is at noon.")


class Counting(FakeEmbedder):
    """Notes what is embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        return super().embed_passages(texts)


def test_vectors_are_those_of_the_embedder_in_the_order_of_the_texts() -> None:
    sentences = SentenceVectors(Counting())
    for texts in (TEXTS, TEXTS[::-1], (TEXTS[1], "Dinner is at six.", TEXTS[0]), (TEXTS[0], TEXTS[0])):
        np.testing.assert_array_equal(sentences.of(texts), FakeEmbedder().embed_passages(texts))


def test_what_is_known_is_not_embedded_again() -> None:
    embedder = Counting()
    sentences = SentenceVectors(embedder)
    sentences.of(TEXTS[:2])
    sentences.of((*TEXTS, TEXTS[2]))
    assert embedder.asked == list(TEXTS)


def test_no_sentences_have_no_vectors() -> None:
    assert SentenceVectors(Counting()).of(()).shape[0] == 0


def test_what_was_not_asked_for_lately_makes_room() -> None:
    embedder = Counting()
    room_for_two = 2 * (FakeEmbedder().embed_passages(TEXTS[:1]).nbytes + 300)
    sentences = SentenceVectors(embedder, room_for_two)
    for text in (*TEXTS, TEXTS[2], TEXTS[0]):
        sentences.of((text,))
    assert embedder.asked == [*TEXTS, TEXTS[0]]


def test_a_cache_that_is_too_small_for_one_vector_only_embeds() -> None:
    sentences = SentenceVectors(Counting(), most_bytes=10)
    np.testing.assert_array_equal(sentences.of(TEXTS), FakeEmbedder().embed_passages(TEXTS))


def test_several_threads_get_what_each_of_them_asked_for() -> None:
    sentences = SentenceVectors(FakeEmbedder(), most_bytes=20_000)
    batches = [tuple(f"Bus {number + step} leaves." for step in range(5)) for number in range(60)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(sentences.of, batches))
    for texts, vectors in zip(batches, found, strict=True):
        np.testing.assert_array_equal(vectors, FakeEmbedder().embed_passages(texts))
