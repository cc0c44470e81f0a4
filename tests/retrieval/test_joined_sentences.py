"""Sentences of joined passages keep their vectors, and stand where their words do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from services.retrieval.found_passage import FoundPassage
from services.retrieval.joined_sentences import sentences_of
from services.retrieval.neighbours import join
from services.retrieval.sentence_vectors import SentenceVectors
from tests.retrieval.example_passages import example

FIRST = replace(example("The first."), start=0, end=10)
SECOND = replace(example("The second one."), start=12, end=27)
KNOWN = {
    FIRST.passage_id: SentenceVectors.of([(0, 10)], np.array([[1, 0]], np.float32)),
    SECOND.passage_id: SentenceVectors.of([(4, 15)], np.array([[0, 1]], np.float32)),
}


def joined() -> FoundPassage:
    whole, parts = join(SECOND, [FIRST])
    return FoundPassage(whole, 1.0, 1.0, None, None, parts=parts)


def test_a_passage_as_it_lies_in_the_index_has_its_own() -> None:
    assert sentences_of(FoundPassage(FIRST, 1.0, 1.0, None, None), KNOWN) is KNOWN[FIRST.passage_id]


def test_a_joined_one_has_those_of_its_parts_moved_to_where_they_stand_now() -> None:
    found = joined()
    sentences = sentences_of(found, KNOWN)
    assert sentences is not None
    assert [found.passage.text[start:end] for start, end in sentences.spans] == ["The first.", "second one."]
    assert np.allclose(sentences.vectors(), [[1, 0], [0, 1]], atol=0.01)


def test_parts_whose_sentences_are_not_made_yet_are_left_out() -> None:
    sentences = sentences_of(joined(), {SECOND.passage_id: KNOWN[SECOND.passage_id]})
    assert sentences is not None
    assert len(sentences.spans) == 1
    assert sentences_of(joined(), {}) is None
