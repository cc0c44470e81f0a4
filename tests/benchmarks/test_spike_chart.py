from __future__ import annotations

import pytest

from benchmarks.spike_chart import CAPACITY, spike_chart


def test_every_server_is_drawn_beside_the_capacity() -> None:
    timeline = {"ours": [(0.0, 60.0), (0.5, 200.0)], "open": [(0.0, 60.0), (0.5, 0.0)]}

    chart = spike_chart(timeline, capacity=180.0, times=10.0)

    assert set(chart.lines) == {"ours", "open", CAPACITY}
    assert list(chart.lines[CAPACITY]) == [(0.0, 180.0), (0.5, 180.0)]
    assert "10 times" in chart.to_svg()


def test_without_a_run_there_is_nothing_to_draw() -> None:
    with pytest.raises(ValueError, match="not below 0"):
        spike_chart({}, 1.0, 10.0).to_svg()
