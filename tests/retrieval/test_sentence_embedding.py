"""Sentences are embedded when there is nothing better to do."""

from __future__ import annotations

import numpy as np
import pytest

from libs.embedding.embedder import EmbeddingFailed
from services.retrieval.late_embedder import LateEmbedder
from services.retrieval.sentence_embedding import GROUP, NoSentences, SentenceEmbedding
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.fake_sentence_store import FakeSentenceStore

TEXTS = {bytes([n]): f"Bees number {n} make honey. Wasps number {n} make paper." for n in range(GROUP + 3)}


def late(embedder: FakeEmbedder | None = None) -> LateEmbedder:
    used = embedder or FakeEmbedder()
    return LateEmbedder(used.identity, lambda: used)


def test_every_passage_is_gone_through_once_in_groups() -> None:
    store = FakeSentenceStore(TEXTS)
    sentences = SentenceEmbedding(store, late())

    assert [sentences.step() for _ in range(4)] == [True, True, False, False]

    kept = store.kept["fake-1", bytes([5])]
    assert [TEXTS[bytes([5])][start:end] for start, end in kept.spans] == [
        "Bees number 5 make honey.",
        "Wasps number 5 make paper.",
    ]
    expected = FakeEmbedder().embed_passages(["Bees number 5 make honey.", "Wasps number 5 make paper."])
    assert np.einsum("ij,ij->i", kept.vectors(), expected).min() > 0.999
    assert len(store.kept) == len(TEXTS)
    assert store.looks == 3


def test_passages_that_went_live_are_looked_for_again() -> None:
    store = FakeSentenceStore({b"a": "Bees make honey."})
    sentences = SentenceEmbedding(store, late())
    assert [sentences.step(), sentences.step()] == [True, False]
    store.passages[b"0"] = "Wasps make paper."

    assert not sentences.step()
    sentences.look_again()
    assert sentences.step()
    assert ("fake-1", b"0") in store.kept


def test_a_passage_without_sentences_is_not_looked_at_again() -> None:
    store = FakeSentenceStore({b"a": "12.5"})
    sentences = SentenceEmbedding(store, late())

    assert sentences.step()
    sentences.look_again()
    assert not sentences.step()


def test_a_model_that_fails_leaves_the_passage_for_later() -> None:
    embedder = FakeEmbedder(failure=EmbeddingFailed("away"))
    store = FakeSentenceStore({b"a": "Bees make honey."})
    sentences = SentenceEmbedding(store, late(embedder))
    with pytest.raises(EmbeddingFailed):
        sentences.step()
    embedder.failure = None

    assert sentences.step()
    assert len(store.kept) == 1


def test_where_they_are_not_wanted_nothing_is_done() -> None:
    none = NoSentences()

    none.look_again()
    assert not none.step()
