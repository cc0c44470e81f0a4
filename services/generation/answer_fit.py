"""Says how likely a quoted answer is right, before it is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from services.generation.sentence_ranking import Candidate

WEIGHTS: Mapping[str, float] = {
    "cosine": 0.48,
    "words_or_headings": -1.33,
    "passage_words": 1.60,
    "passage_cosine": 3.69,
    "pairs": 0.34,
    "names": 2.05,
    "no_fact": -1.08,
    "fact": 0.07,
    "defines": 4.31,
}
"""By the names of `sentence_features.FEATURES`, of the best sentence."""
RELEVANCE, SHARE, LEAD, BIAS = 1.82, 2.67, -0.36, -5.70
"""Weights of the passages' relevance, of the best sentence's share of the likelihood, and of its lead.

A logistic model, fitted as in `evals/fit_sentences.py` on the development halves: answers right and
wrong over three sets of documentation, questions that they do not answer, SQuAD 2.0 with its unanswerable
questions, and the out-of-scope questions of CLINC150. Documentation weighs most.
"""


def fit(ranked: Sequence[Candidate], relevance: float) -> float:
    """Returns the probability that what is quoted answers the question, 0 to 1.

    Args:
        ranked: The sentences of the sources, the likeliest first; at least one.
        relevance: Of the passages to the question, as `evidence.weigh` has it, 0 to 1.
    """
    best = ranked[0]
    total = BIAS + RELEVANCE * relevance + SHARE * share(ranked) + LEAD * lead(ranked)
    total += sum(weight * best[name] for name, weight in WEIGHTS.items())
    return 1.0 / (1.0 + math.exp(-total))


def share(ranked: Sequence[Candidate]) -> float:
    """Returns the best sentence's share of the likelihood of all."""
    best = ranked[0].relevance
    return 1.0 / sum(math.exp(candidate.relevance - best) for candidate in ranked)


def lead(ranked: Sequence[Candidate]) -> float:
    """Returns how far the best sentence is ahead of the next."""
    return ranked[0].relevance - ranked[1].relevance if len(ranked) > 1 else 0.0
