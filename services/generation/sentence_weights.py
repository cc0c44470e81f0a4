"""How much each feature of a sentence counts when sentences are ranked."""

from __future__ import annotations

from collections.abc import Mapping

WEIGHTS: Mapping[str, float] = {
    "cosine": 5.50,
    "neighbour_cosine": 1.20,
    "passage_rank": 0.56,
    "passage_score": 3.48,
    "passage_words": 0.54,
    "words": 2.37,
    "words_or_headings": 2.44,
    "words_around": 0.66,
    "pairs": 0.97,
    "all_words": -0.88,
    "headings": 0.30,
    "answers_heading": 0.26,
    "only_headings": -0.18,
    "fact": 0.85,
    "no_fact": -1.50,
    "counted": 3.00,
    "defines": 7.21,
    "spells_out": 1.18,
    "instructs": 0.95,
    "instructs_near": 1.61,
    "announces": 0.95,
    "before_code": -0.64,
    "item": 0.42,
    "item_of_steps": 0.74,
    "row": -0.30,
    "length": 0.39,
    "points": -6.00,
    "asks": -6.33,
    "dangles": -3.00,
    "leans": -0.09,
    "broken": -0.50,
    "example": -2.90,
    "label": -2.50,
}
"""By the names of `sentence_features.FEATURES`; the others count nothing."""
