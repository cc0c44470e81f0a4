"""The scale benchmark's figures, put side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from benchmarks.line_chart import Chart
from benchmarks.report import Cell, Report, Table
from benchmarks.scale_task import BuildFindings, SearchFindings, ServeFindings, Storage

_ACROSS = "passages"


@dataclass(frozen=True, slots=True)
class ScalePoint:
    """One index, measured.

    Attributes:
        passages: How many it holds.
        storage: How its vectors are quantised.
        built: What making it cost.
        served: What serving it takes.
        load: The machine's load afterwards.
    """

    passages: int
    storage: Storage
    built: BuildFindings
    served: ServeFindings
    load: float

    @property
    def chosen(self) -> SearchFindings:
        """The search that one would choose: float32 vectors decide among the quantised candidates."""
        searches = self.served.searches
        return searches["rescored"] if "rescored" in searches else searches["float32"]


def read_points(path: Path) -> list[ScalePoint]:
    """Reads the points of results that were written before."""
    document = orjson.loads(path.read_bytes())
    return [
        ScalePoint(
            passages=raw["passages"],
            storage=raw["storage"],
            built=BuildFindings(**raw["built"]),
            served=ServeFindings.from_document(raw["served"]),
            load=raw["load"],
        )
        for raw in document["reports"][0]["data"]["points"]
    ]


def scale_report(points: Sequence[ScalePoint], setting: str, load: tuple[float, float]) -> Report:
    """Writes the report."""
    ordered = sorted(points, key=lambda point: (point.passages, point.storage))
    return Report(
        name="scale",
        title="an index as it grows",
        setting=setting,
        tables=[_costs(ordered), _searches(ordered)],
        data={"points": [asdict(point) for point in ordered]},
        load=load,
    )


def charts(points: Sequence[ScalePoint]) -> dict[str, Chart]:
    """The charts, by file name."""
    return {
        "scale-search": Chart(
            "Processor time of a hybrid search, milliseconds",
            _ACROSS,
            _lines(points, lambda point: point.chosen.hybrid.cpu),
        ),
        "scale-memory": Chart(
            "Memory of the serving process, mapped pages included, MiB",
            _ACROSS,
            _lines(points, lambda point: point.served.resident_mib),
        ),
        "scale-build": Chart(
            "Processor time of a build, seconds",
            _ACROSS,
            _lines(points, lambda point: point.built.cpu_seconds),
        ),
    }


def _lines(
    points: Sequence[ScalePoint], value: Callable[[ScalePoint], float]
) -> dict[str, list[tuple[float, float]]]:
    lines: dict[str, list[tuple[float, float]]] = {}
    for point in sorted(points, key=lambda point: point.passages):
        lines.setdefault(point.storage, []).append((point.passages, value(point)))
    return lines


def _costs(points: Sequence[ScalePoint]) -> Table:
    rows: list[list[Cell]] = [
        [
            f"{point.passages:,} {point.storage}",
            point.built.fill_seconds,
            point.built.optimize_seconds,
            point.built.cpu_seconds,
            point.built.private_mib,
            point.built.peak_mib,
            point.built.disk_mib,
            point.served.load_seconds,
            point.served.private_mib,
            point.served.resident_mib,
        ]
        for point in points
    ]
    columns = [
        "passages, vectors",
        "fill s",
        "graph s",
        "CPU s",
        "private MiB",
        "peak MiB",
        "disk MiB",
        "load s",
        "serving: private MiB",
        "with mapped pages MiB",
    ]
    return Table("What a build costs, and what serving it takes", columns, rows)


def _searches(points: Sequence[ScalePoint]) -> Table:
    rows: list[list[Cell]] = []
    for point in points:
        for name, search in point.served.searches.items():
            dense, hybrid, words = search.dense, search.hybrid, point.served.keywords
            rows.append(
                [
                    f"{point.passages:,} {point.storage}, {name}",
                    f"{search.recall:.4f}",
                    *(dense.cpu, dense.p50, dense.p95, dense.p99),
                    *(words.cpu, words.p50, words.p95, words.p99),
                    *(hybrid.cpu, hybrid.p50, hybrid.p95, hybrid.p99),
                ]
            )
    columns = ["passages, vectors, search", "recall@10"]
    columns += [
        f"{kind} {share}" for kind in ("vectors", "words", "hybrid") for share in ("p50", "p95", "p99")
    ]
    return Table("Recall, and milliseconds of a search", columns, rows)
