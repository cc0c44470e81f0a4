"""How much each feature of a sentence counts when sentences are ranked.

By the names of `sentence_features.FEATURES`; the others count nothing. Fitted as in `evals/fit_sentences.py`:
multinomial logit models of which sentence holds the answer, on development halves: 1,000 questions of
SQuAD 2.0, 551 about OpenShift's documentation, and those of `evals/questions`. Signs are kept where only one
makes sense, and faults of form weigh more than these texts alone would teach.
"""

from __future__ import annotations

from collections.abc import Mapping

OF_WAYS: Mapping[str, float] = {
    "cosine": 5.50,
    "neighbour_cosine": 1.20,
    "passage_rank": 0.83,
    "passage_score": 4.26,
    "passage_words": 0.86,
    "words": 1.85,
    "words_or_headings": 0.64,
    "pairs": 1.80,
    "all_words": -0.05,
    "names": 0.17,
    "headings": 1.31,
    "answers_heading": 0.59,
    "only_headings": -0.16,
    "no_fact": -1.00,
    "instructs": 0.94,
    "instructs_near": 1.97,
    "announces": 1.01,
    "before_code": -0.55,
    "item": 0.47,
    "item_of_steps": 0.47,
    "row": -0.30,
    "first": -0.10,
    "length": 0.46,
    "points": -7.34,
    "asks": -6.63,
    "dangles": -3.00,
    "leans": -1.03,
    "broken": -0.50,
    "example": -4.07,
    "label": -2.50,
}
"""For questions that ask for a way to do something."""

OF_FACTS: Mapping[str, float] = {
    "cosine": 4.97,
    "neighbour_cosine": 0.34,
    "passage_cosine": 0.42,
    "passage_rank": 0.41,
    "passage_score": 3.23,
    "words": 1.92,
    "words_or_headings": 2.72,
    "words_around": 2.31,
    "pairs": 1.18,
    "all_words": -0.91,
    "headings": -2.09,
    "heading_exact": 0.90,
    "only_headings": -0.15,
    "fact": 0.75,
    "no_fact": -1.00,
    "counted": 3.00,
    "defines": 6.75,
    "spells_out": 1.28,
    "item": 0.45,
    "row": -0.30,
    "length": 0.41,
    "short": -0.18,
    "points": -6.00,
    "asks": -6.00,
    "dangles": -3.00,
    "broken": -0.50,
    "example": -2.39,
    "label": -2.50,
}
"""For all others."""
