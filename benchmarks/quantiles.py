"""What a set of latencies comes to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Quantiles of some measurements, in their unit.

    Attributes:
        count: How many there were.
        p50: Half are at most this.
        p95: 95 % are at most this.
        p99: 99 % are at most this.
        worst: The greatest.
    """

    count: int
    p50: float
    p95: float
    p99: float
    worst: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Quantiles:
        """Summarises measurements; without any, every figure is NaN."""
        ordered = sorted(values)
        return cls(
            len(ordered),
            quantile(ordered, 0.50),
            quantile(ordered, 0.95),
            quantile(ordered, 0.99),
            ordered[-1] if ordered else math.nan,
        )


def quantile(ordered: Sequence[float], share: float) -> float:
    """The measurement that so great a share does not exceed, by nearest rank: always one that was seen.

    Args:
        ordered: The measurements, ascending.
        share: 0 to 1.
    """
    if not ordered:
        return math.nan
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle of some measurements by the same rule."""
    return quantile(sorted(values), 0.5)
