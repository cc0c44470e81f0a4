"""P6: how fast documents are ingested, and what searches feel of it: `python -m benchmarks.ingest`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.child_process import NotStarted
from benchmarks.conditions import load_now, observe
from benchmarks.ingest_report import search_part, speed_part
from benchmarks.ingest_search import SearchShape, search_while_ingesting
from benchmarks.ingest_speed import IngestRound, IngestStalled, RawRound, ingest_once, raw_once
from benchmarks.load import ROOT, GeneratorFailed
from benchmarks.passages import Texts, load_texts
from benchmarks.report import RESULTS, Report, write_results
from libs.common.clock import SystemClock, rfc3339
from libs.common.settings import environment

FOLDER = ROOT / ".causeway-bench"
DATA = ROOT.parent / "shared" / "data"
PASSAGES = 300
FULL_PASSAGES = 2_000
ROUNDS = 3
BATCHES = (256, 16)
"""fastembed's own default, and what its users set it to on a small machine."""


def measure_speed(
    folder: Path, texts: Texts, passages: int, rounds: int, batches: Sequence[int] = BATCHES
) -> Report:
    """Ingests and embeds the same passages in turn."""
    before = load_now()
    ours: list[IngestRound] = []
    raw: dict[int, list[RawRound]] = {batch: [] for batch in batches}
    for _ in range(rounds):
        took, embedded = ingest_once(folder, texts, passages)
        ours.append(took)
        for batch, found in raw.items():
            found.append(raw_once(folder, embedded, batch))
    return replace(speed_part(ours, raw, texts.origin), load=(before, load_now()))


def measure_search(folder: Path, texts: Texts, shape: SearchShape) -> Report:
    """Searches while documents are ingested."""
    before = load_now()
    found = search_while_ingesting(folder, texts, shape)
    return replace(search_part(found, asdict(shape)), load=(before, load_now()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures both, or one of them, and writes the results; returns the exit code."""
    asked = _parser().parse_args(arguments)
    full = asked.full or environment().get("FULL", "") not in {"", "0"}
    texts = load_texts(asked.data)
    seeded = min(SearchShape().seeded, asked.meanwhile)
    shape = SearchShape(seeded, asked.meanwhile, seconds=asked.seconds, turns=asked.rounds)
    reports = []
    try:
        if asked.part != "search":
            count = asked.passages or (FULL_PASSAGES if full else PASSAGES)
            reports.append(measure_speed(asked.folder, texts, count, asked.rounds, asked.batches))
        if asked.part != "speed":
            reports.append(measure_search(asked.folder, texts, shape))
    except (NotStarted, GeneratorFailed, IngestStalled) as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    conditions = observe(ROOT, rfc3339(SystemClock().now()), "not pinned")
    path = write_results(asked.results, asked.name, conditions, reports)
    print(path.read_text(encoding="utf-8"))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.ingest",
        description="Measures the ingest beside fastembed alone, and searches beside the ingest.",
        epilog="example: python -m benchmarks.ingest --part search --seconds 60",
    )
    parser.add_argument(
        "--part", choices=("both", "speed", "search"), default="both", help="what is measured"
    )
    parser.add_argument("--full", action="store_true", help=f"{FULL_PASSAGES:,} passages (also: FULL=1)")
    parser.add_argument("--passages", type=int, default=0, help="passages of the speed part")
    parser.add_argument("--meanwhile", type=int, default=20_000, help="passages waiting in the search part")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of a turn of the search part")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="turns of each side")
    parser.add_argument("--batches", type=int, nargs="+", default=BATCHES, help="of fastembed alone")
    parser.add_argument("--data", type=Path, default=DATA, help="published corpora")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the parts keep their data")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the results are written")
    parser.add_argument("--name", default="ingest", help="name of the results, after the date")
    return parser


if __name__ == "__main__":
    sys.exit(main())
