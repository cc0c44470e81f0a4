"""Draws what became of a spike: useful answers a second of each server, second by second."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.line_chart import Chart, Point

CAPACITY = "capacity in full"


def spike_chart(timeline: Mapping[str, Sequence[Point]], capacity: float, times: float) -> Chart:
    """Returns the chart of a run.

    Args:
        timeline: For each server, by its name: seconds since the start, and useful answers a second there.
        capacity: Searches a second that are answered in full in a closed loop.
        times: The spike, in units of the capacity.
    """
    seconds = sorted({second for points in timeline.values() for second, _ in points})
    level = {CAPACITY: [(seconds[0], capacity), (seconds[-1], capacity)]} if seconds else {}
    return Chart(
        title=f"Answers in time a second; {times:g} times the capacity is asked in the middle",
        across="seconds",
        lines={**timeline, **level},
        even=True,
    )
