"""Sizes, times and memory as an index grows: `python -m benchmarks.scale [--full]`."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.conditions import load_now, observe
from benchmarks.cores import Cores
from benchmarks.data_folder import made, models_folder
from benchmarks.load import ROOT
from benchmarks.mixture import Mixture, exact_neighbours
from benchmarks.passages import Texts, load_texts, mixed_passages
from benchmarks.report import RESULTS, Report, write_results
from benchmarks.scale_report import ScalePoint, charts, read_points, scale_report
from benchmarks.scale_shard import FOUND, TENANT
from benchmarks.scale_task import STORAGES, BuildFindings, ScaleTask, ServeFindings, Storage
from libs.common.clock import SystemClock, rfc3339
from libs.common.settings import environment
from libs.embedding.embedder import Vectors
from libs.embedding.embedder_fastembed import open_embedder

FOLDER = ROOT / ".causeway-bench"
DATA = ROOT.parent / "shared" / "data"
FIGURES = ROOT / "docs" / "images"
SIZES = (1_000, 10_000)
FULL_SIZES = (1_000, 10_000, 100_000, 1_000_000)
REAL = 2_000
QUERIES = 300


class ScaleFailed(Exception):
    """A process of the benchmark ended without a result; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What every index of a run is made of.

    Attributes:
        folder: Where files lie.
        texts: Passages and questions.
        real: Vectors of the first passages.
        asked: Vectors of the questions.
    """

    folder: Path
    texts: Texts
    real: Vectors
    asked: Vectors

    @property
    def queries(self) -> tuple[str, ...]:
        """The questions."""
        return self.texts.questions[: len(self.asked)]


def prepare_ground(folder: Path, data: Path, real: int, queries: int) -> Ground:
    """Embeds passages and questions, unless a run before has done so."""
    texts = load_texts(data)
    place = made(folder / f"scale-{texts.digest}-{real}-{queries}")
    kept = (place / "real.npy", place / "asked.npy")
    if not all(path.exists() for path in kept):
        embedder = open_embedder(models_folder(folder), threads=2)
        passages = [passage.indexed_text for passage in mixed_passages(texts, real, TENANT)]
        np.save(kept[0], embedder.embed_passages(passages))
        np.save(kept[1], embedder.embed_passages(texts.questions[:queries]))
    return Ground(place, texts, np.load(kept[0]), np.load(kept[1]))


def measure(ground: Ground, data: Path, size: int, storage: Storage, core: int | None) -> ScalePoint:
    """Makes one index, asks it, and removes it again."""
    folder = made(ground.folder / f"{storage}-{size}")
    shutil.rmtree(folder)
    folder.mkdir()
    task = ScaleTask(
        shard=str(folder / "shard"),
        passages=size,
        storage=storage,
        data=str(data),
        real_vectors=str(ground.folder / "real.npy"),
        query_vectors=str(ground.folder / "asked.npy"),
        queries=ground.queries,
        neighbours=str(_neighbours_file(ground, size)),
        core=core,
    )
    try:
        built = BuildFindings(**_run("benchmarks.scale_build", task))
        served = ServeFindings.from_document(_run("benchmarks.scale_serve", task))
    finally:
        shutil.rmtree(folder)
    return ScalePoint(size, storage, built, served, load_now())


def prepare_neighbours(ground: Ground, sizes: Sequence[int]) -> None:
    """Finds the exact neighbours of the queries at each size, unless a run before has done so."""
    missing = [size for size in sizes if not _neighbours_file(ground, size).exists()]
    if missing:
        found = exact_neighbours(Mixture(ground.real), missing, ground.asked, FOUND)
        for size, numbers in found.items():
            np.save(_neighbours_file(ground, size), numbers)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures what is asked for and not yet in the results; returns the exit code."""
    asked = _parser().parse_args(arguments)
    full = asked.full or environment().get("FULL", "") not in {"", "0"}
    sizes = sorted(asked.sizes or (FULL_SIZES if full else SIZES))
    now = rfc3339(SystemClock().now())
    path = asked.results / f"{now[:10]}-scale.json"
    points = read_points(path) if path.exists() else []
    ground = prepare_ground(asked.folder, asked.data, asked.real, asked.queries)
    core = Cores.of_this_machine().measured if asked.core is None else asked.core
    try:
        prepare_neighbours(ground, sizes)
        for size in sizes:
            for storage in asked.storages:
                if any((point.passages, point.storage) == (size, storage) for point in points):
                    continue
                _say(f"{size:,} passages, {storage}")
                points.append(measure(ground, asked.data, size, storage, core))
                _write(asked, now, ground, core, points)
    except ScaleFailed as error:
        sys.stderr.write(f"benchmarks: {error}\n")
        return 1
    _write(asked, now, ground, core, points)
    print(path.with_suffix(".md").read_text(encoding="utf-8"))
    return 0


def _write(
    asked: argparse.Namespace, now: str, ground: Ground, core: int | None, points: list[ScalePoint]
) -> None:
    affinity = "not pinned" if core is None else f"everything on core {core}"
    report: Report = scale_report(points, _setting(ground), (points[0].load, points[-1].load))
    write_results(asked.results, "scale", observe(ROOT, now, affinity), [report])
    for name, chart in charts(points).items():
        (made(asked.figures) / f"{name}.svg").write_text(chart.to_svg(), encoding="utf-8")


def _setting(ground: Ground) -> str:
    return (
        f"The first {len(ground.real):,} vectors are those of passages, computed; the others are one of them "
        f"plus Gaussian noise with their covariance. Texts: {ground.texts.origin}, then mixtures of their "
        "sentences. "
        f"{len(ground.asked)} questions, one after another, in one process on one core, with the product's "
        "condition on tenant and access, 50 candidates of each kind, and hnsw_ef 128 where nothing else is "
        "said. Recall is that of the ten "
        "nearest against an exact search in float32."
    )


def _run(module: str, task: ScaleTask) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", module], cwd=ROOT, input=task.to_json(), capture_output=True, check=False
    )
    if done.returncode != 0:
        raise ScaleFailed(f"{module} failed: {done.stderr.decode(errors='replace')[-2000:]}")
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def _neighbours_file(ground: Ground, size: int) -> Path:
    return ground.folder / f"neighbours-{size}.npy"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scale",
        description="Measures indexes of growing size; what is in today's results is not measured again.",
        epilog="example: python -m benchmarks.scale --sizes 100000 --storages float32 int8",
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[], help="passages, multiples of 1,000")
    parser.add_argument("--storages", nargs="+", choices=STORAGES, default=list(STORAGES))
    parser.add_argument("--full", action="store_true", help="1,000 to 1,000,000 passages (also: FULL=1)")
    parser.add_argument("--real", type=int, default=REAL, help="vectors that are computed")
    parser.add_argument("--queries", type=int, default=QUERIES, help="questions asked")
    parser.add_argument("--core", type=int, help="where everything runs; the first allowed one by default")
    parser.add_argument("--data", type=Path, default=DATA, help="published corpora")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the parts keep their data")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where the results are written")
    parser.add_argument("--figures", type=Path, default=FIGURES, help="where the charts are written")
    return parser


def _say(what: str) -> None:
    sys.stderr.write(f"{what} ...\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
