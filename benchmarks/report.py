"""What a benchmark found, for people and for machines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from benchmarks.conditions import Conditions
from benchmarks.line_chart import Chart

Cell = str | float | int
RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Table:
    """Figures side by side.

    Attributes:
        title: What they are, with their unit.
        columns: What stands in each column.
        rows: The figures.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def to_markdown(self) -> str:
        """The table as Markdown, figures to three significant digits."""
        lines = [list(self.columns), ["---", *["---:"] * (len(self.columns) - 1)]]
        lines += [[_shown(cell) for cell in row] for row in self.rows]
        return f"**{self.title}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True, slots=True)
class Target:
    """One figure beside what it should be.

    Attributes:
        name: What is measured.
        found: The figure.
        wanted: The most that it should be.
        unit: Of both.
    """

    name: str
    found: float
    wanted: float
    unit: str

    @property
    def met(self) -> bool:
        """Whether it is at most what it should be."""
        return self.found <= self.wanted

    def __str__(self) -> str:
        verdict = "met" if self.met else "not met"
        wanted = f"target ≤ {self.wanted:g} {self.unit}"
        return f"{self.name}: {_shown(self.found)} {self.unit}, {wanted}: **{verdict}**"


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one benchmark.

    Attributes:
        name: p1, p2 or p3.
        title: What was asked.
        setting: How it was measured, in this run.
        tables: What was found.
        targets: What of it has a target.
        remarks: What a reader must know; errors and dropped requests among it.
        data: Every figure behind the tables.
        load: The machine's load before and after.
        charts: What it looks like, by the name of the picture.
    """

    name: str
    title: str
    setting: str
    tables: Sequence[Table]
    targets: Sequence[Target] = ()
    remarks: Sequence[str] = ()
    data: Mapping[str, object] = field(default_factory=dict)
    load: tuple[float, float] = (0.0, 0.0)
    charts: Mapping[str, Chart] = field(default_factory=dict)

    def to_markdown(self) -> str:
        """The report as a section of Markdown."""
        parts = [f"## {self.name.upper()}: {self.title}", self.setting]
        parts += ["\n".join(f"- {target}" for target in self.targets)] if self.targets else []
        parts += [table.to_markdown() for table in self.tables]
        load = f"Load of the machine before and after: {self.load[0]:.2f}, {self.load[1]:.2f}."
        parts += ["\n".join(f"- {remark}" for remark in (*self.remarks, load))]
        return "\n\n".join(parts)


def write_results(folder: Path, name: str, conditions: Conditions, reports: Sequence[Report]) -> Path:
    """Writes `<date>-<name>.md` and `.json`; returns the path of the former."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{conditions.date[:10]}-{name}.md"
    path.write_text(to_markdown(conditions, reports), encoding="utf-8")
    document = {"conditions": asdict(conditions), "reports": [_figures(report) for report in reports]}
    path.with_suffix(".json").write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    return path


def write_charts(folder: Path, reports: Sequence[Report]) -> list[Path]:
    """Writes each report's pictures as SVG; returns their paths."""
    paths = []
    for name, chart in ((name, chart) for report in reports for name, chart in report.charts.items()):
        folder.mkdir(parents=True, exist_ok=True)
        paths.append(folder / f"{name}.svg")
        paths[-1].write_text(chart.to_svg(), encoding="utf-8")
    return paths


def _figures(report: Report) -> dict[str, object]:
    """The report without its charts, whose figures are in its data."""
    return {name: value for name, value in asdict(report).items() if name != "charts"}


def to_markdown(conditions: Conditions, reports: Sequence[Report]) -> str:
    """All reports with the conditions under which they came about, as one page."""
    packages = ", ".join(f"{name} {version}" for name, version in conditions.packages.items())
    head = f"""# Benchmarks of {conditions.date[:10]}

| | |
|---|---|
| machine | {conditions.cores} × {conditions.processor}, {conditions.memory_gib:g} GiB, {conditions.kernel} |
| date, commit | {conditions.date}, {conditions.commit} |
| software | Python {conditions.python}; {packages} |
| cores | {conditions.affinity} |
| load before | {conditions.load:.2f} |

How each figure is measured is in [the README](../README.md)."""
    return "\n\n".join([head, *(report.to_markdown() for report in reports)]) + "\n"


def _shown(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, float) and math.isnan(cell):
        return "–"
    if isinstance(cell, int) or abs(cell) >= 100:
        return f"{cell:,.0f}"
    return f"{cell:.3g}" if abs(cell) < 10 else f"{cell:.1f}"
