from __future__ import annotations

import math

from benchmarks.quantiles import Quantiles, median, quantile


def test_a_quantile_is_always_a_measurement() -> None:
    values = [float(n) for n in range(1, 101)]

    assert (quantile(values, 0.5), quantile(values, 0.95), quantile(values, 0.99)) == (50.0, 95.0, 99.0)
    assert quantile([3.0], 0.99) == 3.0
    assert quantile([3.0], 0.0) == 3.0


def test_the_order_of_the_measurements_does_not_matter() -> None:
    assert Quantiles.of([3.0, 1.0, 2.0]) == Quantiles(3, 2.0, 3.0, 3.0, 3.0)
    assert median([5.0, 1.0, 3.0]) == 3.0


def test_without_measurements_there_is_no_figure() -> None:
    found = Quantiles.of([])

    assert found.count == 0
    assert all(math.isnan(value) for value in (found.p50, found.p95, found.p99, found.worst))
