"""Says how likely a quoted answer is right, before it is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from services.generation.sentence_ranking import Candidate

WEIGHTS: Mapping[str, float] = {
    "cosine": 1.32,
    "words_or_headings": -0.48,
    "passage_words": 1.01,
    "passage_cosine": 2.72,
    "pairs": 0.34,
    "names": 1.81,
    "no_fact": -0.91,
    "fact": -0.20,
    "defines": 4.14,
}
"""By the names of `sentence_features.FEATURES`, of the best sentence."""
RELEVANCE, LEAD, AHEAD, BIAS = 2.30, 1.96, -0.32, -5.44
"""Weights of the passages' relevance, of the best sentence's share of the likelihood, and of its lead.

Fitted as a logistic model by `python -m evals.fit_extractive` on the development halves: answers right and
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
    total = BIAS + RELEVANCE * relevance + LEAD * _share(ranked) + AHEAD * _lead(ranked)
    total += sum(weight * best[name] for name, weight in WEIGHTS.items())
    return 1.0 / (1.0 + math.exp(-total))


def _share(ranked: Sequence[Candidate]) -> float:
    best = ranked[0].relevance
    return 1.0 / sum(math.exp(candidate.relevance - best) for candidate in ranked)


def _lead(ranked: Sequence[Candidate]) -> float:
    return ranked[0].relevance - ranked[1].relevance if len(ranked) > 1 else 0.0
