"""The sentence vectors of passages that were joined into one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from services.retrieval.found_passage import FoundPassage
from services.retrieval.sentence_vectors import SentenceVectors


def sentences_of(found: FoundPassage, known: Mapping[str, SentenceVectors]) -> SentenceVectors | None:
    """Returns the sentences of a found passage, placed in its text; None where none are known.

    Args:
        found: The passage, perhaps joined of several.
        known: The sentences of passages as they lie in the index, by id.
    """
    if not found.parts:
        return known.get(found.passage.passage_id)
    parts = [(part.at, known[one]) for part in found.parts if (one := part.passage.passage_id) in known]
    if not parts:
        return None
    return SentenceVectors(
        tuple((at + start, at + end) for at, sentences in parts for start, end in sentences.spans),
        np.concatenate([sentences.values for _, sentences in parts]),
        np.concatenate([sentences.scales for _, sentences in parts]),
    )
