"""P3: how long a search through the service takes, beside the bare engine."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bare_engine import EnginePlan
from benchmarks.conditions import load_now
from benchmarks.cores import Cores
from benchmarks.data_folder import data_folder, models_folder
from benchmarks.load import ROOT, GeneratorFailed, run_load
from benchmarks.passages import Texts, load_texts
from benchmarks.plan import Concurrency, Outcome, Plan, Rate
from benchmarks.process_cpu import CpuMeter, resident_mib
from benchmarks.report import Report
from benchmarks.retrieval_service import RetrievalService, retrieval_service
from benchmarks.search_index import Bulk, prepare_index
from benchmarks.search_report import ENGINE, SERVICE, Findings, search_report
from benchmarks.served_profile import served_profile
from libs.embedding.embedder_fastembed import open_embedder
from services.retrieval.build import Build
from services.retrieval.serving_copy import ServingCopies

TENANT = "demo"
DATA = ROOT.parent / "shared" / "data"
FULL_PASSAGES = 100_000
_WARM = 60


@dataclass(frozen=True, slots=True)
class Shape:
    """How P3 is measured.

    Attributes:
        passages: Size of the index.
        embedded: Passages whose vectors are computed.
        rate: Queries a second.
        seconds: Length of each run.
        repetitions: Rounds in which both have their turn.
    """

    passages: int = 20_000
    embedded: int = 1_000
    rate: float = 20.0
    seconds: float = 10.0
    repetitions: int = 3


@dataclass(frozen=True, slots=True)
class _Bench:
    cores: Cores
    models: Path
    shard: Path
    service: RetrievalService
    queries: tuple[str, ...]

    def run(self, name: str, shape: Shape, turn: int) -> Outcome:
        rate, first = Rate(shape.rate, shape.seconds), turn * round(shape.rate * shape.seconds)
        if name == SERVICE:
            plan = Plan(self.service.searches(TENANT, self.queries), rate, first)
            return run_load(plan, self.cores.load)
        profile = served_profile(ROOT / "manifests", TENANT)
        models, shard = str(self.models), str(self.shard)
        engine = EnginePlan(shard, models, self.queries, rate, profile.k, profile.prefetch, first)
        return _run_engine(engine, self.cores.measured)


def measure(folder: Path, cores: Cores, shape: Shape, data: Path = DATA) -> Report:
    """Makes the index unless it is there, and measures both in turn.

    Args:
        folder: Where index and model are kept.
        cores: Who runs where.
        shape: How to measure.
        data: Published corpora, where there are any.
    """
    texts = load_texts(data)
    place, models = data_folder(folder, f"search-{shape.passages}-{texts.digest}"), models_folder(folder)
    began = time.monotonic()
    bulk = Bulk(TENANT, shape.passages, shape.embedded)
    build = prepare_index(place / "retrieval" / "index", bulk, texts, open_embedder(models))
    took = time.monotonic() - began
    before = load_now()
    with _bench(place, models, build, cores, texts) as bench:
        run_load(
            Plan(bench.service.searches(TENANT, texts.questions[-_WARM:]), Concurrency(2, _WARM)), cores.load
        )
        runs: dict[str, list[Outcome]] = {ENGINE: [], SERVICE: []}
        cpu = {ENGINE: 0.0, SERVICE: 0.0}
        for turn in range(shape.repetitions):
            for name in runs:
                meter = CpuMeter({SERVICE: [bench.service.pid]})
                outcome = bench.run(name, shape, turn)
                cpu[name] += outcome.generator_cpu_ms if name == ENGINE else meter.read()[SERVICE]
                runs[name].append(outcome)
        memory = resident_mib([bench.service.pid])
    load, setting = (before, load_now()), _setting(shape, texts, took)
    return search_report(Findings(shape.passages, setting, runs, cpu, memory, load))


def _setting(shape: Shape, texts: Texts, took: float) -> str:
    return (
        f"{shape.rate:g} queries/s, open loop, {shape.repetitions} × {shape.seconds:g} s each in turn. "
        f"Texts: {texts.origin}, then mixtures of their sentences. Vectors: {shape.embedded:,} computed, the "
        f"rest normalised noise around those. Index made or checked in {took:.0f} s. The bare engine embeds "
        "with fastembed and asks Qdrant Edge one hybrid query (dense and BM25, reciprocal ranks, payload) "
        "without a condition on tenant or access."
    )


@contextmanager
def _bench(place: Path, models: Path, build: Build, cores: Cores, texts: Texts) -> Iterator[_Bench]:
    copies = ServingCopies(place / "copies")
    try:
        with retrieval_service(place, cores.measured) as service:
            yield _Bench(cores, models, copies.take(build) / "shard", service, texts.questions)
    finally:
        copies.close()


def _run_engine(plan: EnginePlan, core: int | None) -> Outcome:
    pinned = [] if core is None else ["--core", str(core)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bare_engine", *pinned],
        cwd=ROOT,
        input=plan.to_json(),
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise GeneratorFailed(f"The bare engine failed: {done.stderr.decode(errors='replace')[-2000:]}")
    return Outcome.from_json(done.stdout)
