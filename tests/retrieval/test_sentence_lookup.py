"""Sentence vectors of the passages that a search found."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np

from libs.common.errors import DependencyUnavailable
from services.retrieval.sentence_lookup import SentenceLookup
from services.retrieval.sentence_vectors import SentenceVectors
from tests.fakes.fake_sentence_store import FakeSentenceStore
from tests.retrieval.example_passages import example

VECTORS = SentenceVectors.of([(0, 4)], np.ones((1, 8), np.float32))


async def test_vectors_are_found_by_what_a_passage_says() -> None:
    known, unknown = example("Bees make honey.", uri="a"), example("Wasps make paper.", uri="b")
    store = FakeSentenceStore()
    store.keep("e1", {hashlib.sha256(known.indexed_text.encode()).digest(): VECTORS})

    found = await SentenceLookup(store, "e1").of([known, unknown])

    assert found == {known.passage_id: VECTORS}
    assert await SentenceLookup(store, "e2").of([known]) == {}
    assert await SentenceLookup(store, "e1").of([replace(known, text="Bees make wax.")]) == {}


async def test_a_store_that_fails_is_gone_without() -> None:
    store = FakeSentenceStore()
    store.failure = DependencyUnavailable("The disk is full.")

    assert await SentenceLookup(store, "e1").of([example("Bees make honey.", uri="a")]) is None
