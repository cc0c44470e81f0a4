"""Says how sure we are that an answer is right."""

from __future__ import annotations

from collections.abc import Sequence

RELEVANCE, SUPPORT = 0.4, 0.6

_ENOUGH = 0.7
"""Relevance from which nothing is missing: questions and the passages that answer them rarely share more."""


def confidence(relevance: float, supports: Sequence[float], fit: float | None = None) -> float:
    """Returns the confidence in an answer, 0 to 1.

    Where its writer can tell how likely the answer is right, that times the mean support of its sentences.
    Else 0.4 times the relevance of the nearest passage (full from 0.7 on) and 0.6 times that mean.
    Sentences without a citation count 0; an answer without sentences has no confidence.

    Args:
        relevance: Of the nearest passage to the question, 0 to 1.
        supports: Of each sentence by the best source that it cites, 0 to 1.
        fit: How likely the answer is right, 0 to 1; None where its writer cannot tell.
    """
    if not supports:
        return 0.0
    supported = sum(supports) / len(supports)
    if fit is not None:
        return fit * supported
    return RELEVANCE * min(1.0, relevance / _ENOUGH) + SUPPORT * supported
