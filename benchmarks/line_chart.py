"""A line chart as SVG, readable on light and dark pages, with both axes logarithmic or both even."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

Point = tuple[float, float]

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 150, 40, 48
_MOST_STEPS = 8
_COLOURS = ("#0969da", "#bc4c00", "#1a7f37", "#8250df", "#bf3989", "#57606a", "#9a6700")
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#24292f}.grid{stroke:#d0d7de}.frame{fill:#fff}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.grid{stroke:#30363d}.frame{fill:#0d1117}}"
)


@dataclass(frozen=True, slots=True)
class Chart:
    """What a chart shows.

    Attributes:
        title: What is measured, with its unit.
        across: What the horizontal axis is.
        lines: Points of each line, by its name; both coordinates above 0, or on even axes not below.
        even: The axes are even and begin at 0, in place of logarithmic ones.
    """

    title: str
    across: str
    lines: Mapping[str, Sequence[Point]]
    even: bool = False

    def to_svg(self) -> str:
        """The chart as one SVG document.

        Raises:
            ValueError: There is nothing to draw, or a coordinate cannot be drawn on these axes.
        """
        across, up = self._axes()
        middle = (_LEFT + _WIDTH - _RIGHT) / 2
        title, below = escape(self.title), escape(self.across)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
            f"<title>{title}</title><style>{_STYLE}</style>",
            f'<rect class="frame" width="{_WIDTH}" height="{_HEIGHT}"/>',
            f'<text x="{_LEFT}" y="22" font-weight="600">{title}</text>',
            *(_vertical(across, tick) for tick in across.ticks),
            *(_horizontal(up, tick) for tick in up.ticks),
            f'<text x="{middle:g}" y="{_HEIGHT - 10}" text-anchor="middle">{below}</text>',
            *_drawn(self.lines, across, up, dots=not self.even),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _axes(self) -> tuple[_Axis, _Axis]:
        points = [point for line in self.lines.values() for point in line]
        least = min((min(point) for point in points), default=-1.0)
        if self.even and least < 0:
            raise ValueError("a chart with even axes needs points that are not below 0")
        if not self.even and least <= 0:
            raise ValueError("a logarithmic chart needs points above 0")
        kind = _Even if self.even else _Logarithmic
        return (
            kind.over([x for x, _ in points], _LEFT, _WIDTH - _RIGHT),
            kind.over([y for _, y in points], _HEIGHT - _BOTTOM, _TOP),
        )


class _Axis(Protocol):
    """Where values stand, and which of them are named."""

    @property
    def ticks(self) -> list[float]:
        """The values that are named."""
        ...

    def place(self, value: float) -> float:
        """Where a value stands."""
        ...


@dataclass(frozen=True, slots=True)
class _Even:
    """An axis from 0 to at least the largest value, in so many steps."""

    step: float
    steps: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> _Even:
        most = max(values) or 1.0
        power = 10.0 ** math.floor(math.log10(most))
        step = next(power * part for part in (0.2, 0.5, 1.0, 2.0) if most <= power * part * _MOST_STEPS)
        return cls(step, math.ceil(most / step - 1e-9), start, end)

    @property
    def ticks(self) -> list[float]:
        return [self.step * number for number in range(self.steps + 1)]

    def place(self, value: float) -> float:
        return round(self.start + value / (self.step * self.steps) * (self.end - self.start), 1)


@dataclass(frozen=True, slots=True)
class _Logarithmic:
    """A logarithmic axis from one power of ten to another."""

    first: int
    last: int
    start: float
    end: float

    @classmethod
    def over(cls, values: Sequence[float], start: float, end: float) -> _Logarithmic:
        first = math.floor(math.log10(min(values)) + 1e-9)
        return cls(first, max(first + 1, math.ceil(math.log10(max(values)) - 1e-9)), start, end)

    @property
    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.first, self.last + 1)]

    def place(self, value: float) -> float:
        share = (math.log10(value) - self.first) / (self.last - self.first)
        return round(self.start + share * (self.end - self.start), 1)


def _vertical(axis: _Axis, tick: float) -> str:
    x = axis.place(tick)
    return (
        f'<line class="grid" x1="{x}" x2="{x}" y1="{_TOP}" y2="{_HEIGHT - _BOTTOM}"/>'
        f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{_number(tick)}</text>'
    )


def _horizontal(axis: _Axis, tick: float) -> str:
    y = axis.place(tick)
    return (
        f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}"/>'
        f'<text x="{_LEFT - 6}" y="{y + 4}" text-anchor="end">{_number(tick)}</text>'
    )


def _drawn(lines: Mapping[str, Sequence[Point]], across: _Axis, up: _Axis, *, dots: bool) -> list[str]:
    parts = []
    for number, (name, points) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        places = [(across.place(x), up.place(y)) for x, y in sorted(points)]
        path = " ".join(f"{x},{y}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if dots:
            parts += [f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>' for x, y in places]
        y = _TOP + 8 + 18 * number
        parts.append(f'<rect x="{_WIDTH - _RIGHT + 12}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{_WIDTH - _RIGHT + 28}" y="{y}">{escape(name)}</text>')
    return parts


def _number(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:g}M"
    return f"{value / 1_000:g}k" if value >= 1_000 else f"{value:g}"
