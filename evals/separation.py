"""How well a score tells what is to be accepted from what is not."""

from __future__ import annotations

import math
from collections.abc import Sequence


def auc(accepted: Sequence[float], others: Sequence[float]) -> float:
    """Returns the share of pairs in which what is to be accepted scores higher; ties count half.

    The area under the ROC curve; `nan` where one side is empty.
    """
    if not accepted or not others:
        return math.nan
    ranked = sorted([(score, 1) for score in accepted] + [(score, 0) for score in others])
    total, at = 0.0, 0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        rank = (at + end + 1) / 2
        total += rank * sum(label for _, label in ranked[at:end])
        at = end
    count = len(accepted)
    return (total - count * (count + 1) / 2) / (count * len(others))


def refused_at(accepted: Sequence[float], others: Sequence[float], false_refusals: float) -> float:
    """Returns the share of the others that a threshold refuses which refuses so many of the accepted at most.

    Args:
        accepted: Scores of what is to be accepted.
        others: Scores of what is to be refused.
        false_refusals: Greatest share of the accepted that may be refused, 0 to 1.
    """
    if not accepted or not others:
        return math.nan
    threshold = sorted(accepted)[math.floor(false_refusals * len(accepted))]
    return sum(score < threshold for score in others) / len(others)
