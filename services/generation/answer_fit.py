"""Says how likely a quoted answer is right, before it is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping

from services.generation.answer_weights import (
    ANSWER,
    ANSWER_BIAS,
    CLOSE_ALIGNED,
    CLOSE_BIAS,
    CLOSE_FOUND,
)
from services.generation.sentence_ranking import Candidate

_STEEPEST = 30.0
"""Log-odds beyond which nothing changes; keeps the exponential finite."""


def fit(best: Candidate, relevance: float, aligned: Mapping[str, float]) -> float:
    """Returns the probability that what is quoted answers the question, 0 to 1.

    Args:
        best: The best sentence.
        relevance: Of the passages to the question, as `evidence.weigh` has it, 0 to 1.
        aligned: That sentence read against the question, as `Alignment.aligned` has it.
    """
    measured = {"closeness": closeness(best, aligned), "relevance": relevance}
    total = ANSWER_BIAS + sum(
        weight * (measured[name] if name in measured else best[name]) for name, weight in ANSWER.items()
    )
    return 1.0 / (1.0 + math.exp(-max(-_STEEPEST, min(_STEEPEST, total))))


def closeness(best: Candidate, aligned: Mapping[str, float]) -> float:
    """Returns the log-odds that the passage of a sentence answers a question, rather than nearly.

    Args:
        best: The sentence.
        aligned: It, read against the question.
    """
    found = sum(weight * best[name] for name, weight in CLOSE_FOUND.items())
    return CLOSE_BIAS + found + sum(weight * aligned[name] for name, weight in CLOSE_ALIGNED.items())
