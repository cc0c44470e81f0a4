from __future__ import annotations

import math
from pathlib import Path

import orjson

from benchmarks.conditions import PACKAGES, observe, version_of
from benchmarks.load import ROOT
from benchmarks.report import Report, Table, Target, write_results

REPORT = Report(
    name="p1",
    title="overhead",
    setting="Measured somehow.",
    tables=[Table("Milliseconds", ["", "p50", "many"], [["ours", 1.23456, 1234], ["theirs", math.nan, 5]])],
    targets=[Target("p50", 1.23456, 12.0, "ms"), Target("p95", 30.0, 25.0, "ms")],
    remarks=["One was late."],
    data={"all": [1.0, math.nan]},
    load=(0.5, 0.75),
)


def test_results_are_written_for_people_and_for_machines(tmp_path: Path) -> None:
    conditions = observe(ROOT, "2026-11-20T12:00:00Z", "nowhere")

    path = write_results(tmp_path / "results", "first", conditions, [REPORT])

    text = path.read_text()
    document = orjson.loads(path.with_suffix(".json").read_bytes())
    assert path.name == "2026-11-20-first.md"
    assert "| ours | 1.23 | 1,234 |" in text
    assert "| theirs | – | 5 |" in text
    assert "target ≤ 12 ms: **met**" in text
    assert "target ≤ 25 ms: **not met**" in text
    assert conditions.processor in text
    assert conditions.commit in text
    assert "0.50, 0.75" in text
    assert document["conditions"]["packages"]["grpcio"] == version_of("grpcio")
    assert document["reports"][0]["data"]["all"] == [1.0, None]


def test_the_conditions_name_the_machine_and_the_software() -> None:
    conditions = observe(ROOT, "2026-11-20T12:00:00Z", "")

    assert conditions.cores >= 1
    assert conditions.memory_gib > 0
    assert conditions.processor
    assert conditions.kernel
    assert conditions.commit
    assert set(conditions.packages) == set(PACKAGES)
    assert "not installed" not in conditions.packages.values()
    assert version_of("no-such-package") == "not installed"


def test_a_folder_without_history_has_an_unknown_commit(tmp_path: Path) -> None:
    assert observe(tmp_path, "2026-11-20T12:00:00Z", "").commit in {"unknown"}
