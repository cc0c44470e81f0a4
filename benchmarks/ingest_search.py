"""How long searches take while documents are ingested."""

from __future__ import annotations

import asyncio
import shutil
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx

from benchmarks.data_folder import data_folder
from benchmarks.ingest_documents import documents, index_of, send
from benchmarks.ingest_speed import TENANT, IngestStalled
from benchmarks.ingest_worker import IngestDatabase, ingest_worker
from benchmarks.load import run_load
from benchmarks.passages import Texts
from benchmarks.plan import Concurrency, Outcome, Plan, Rate
from benchmarks.retrieval_service import RetrievalService, retrieval_service

_WARM = 30
_PATIENCE_SECONDS = 300.0
_LATE = "causeway_event_loop_lateness_seconds"
_SWAPS = 'causeway_index_swaps_total{outcome="swapped"}'
OVER_MS = (50, 100, 200)


@dataclass(frozen=True, slots=True)
class SearchShape:
    """How it is measured.

    Attributes:
        seeded: Passages that are there before.
        passages: Passages that are ingested meanwhile.
        rate: Searches a second.
        seconds: Length of a turn, idle and busy alternately.
        turns: How many of each.
    """

    seeded: int = 200
    passages: int = 20_000
    rate: float = 20.0
    seconds: float = 20.0
    turns: int = 3


@dataclass(slots=True)
class SearchFindings:
    """What was found.

    Attributes:
        idle: Turns without ingest.
        busy: Turns during the ingest.
        embedded: Passages embedded in the busy turns.
        pauses: By milliseconds, how often the serving process's loop was late by more, in the busy turns.
        idle_pauses: The same in the idle turns: what the machine itself does.
        swaps: Builds swapped in during the busy turns.
    """

    idle: list[Outcome] = field(default_factory=list)
    busy: list[Outcome] = field(default_factory=list)
    embedded: int = 0
    pauses: dict[int, int] = field(default_factory=lambda: dict.fromkeys(OVER_MS, 0))
    idle_pauses: dict[int, int] = field(default_factory=lambda: dict.fromkeys(OVER_MS, 0))
    swaps: int = 0


def search_while_ingesting(folder: Path, texts: Texts, shape: SearchShape) -> SearchFindings:
    """Searches at a fixed rate, in turn without and with the worker at work, over real processes."""
    place = data_folder(folder, "ingest-search")
    for old in ("retrieval", "config"):
        shutil.rmtree(place / old, ignore_errors=True)
    found, database = SearchFindings(), IngestDatabase(place)
    with retrieval_service(place, None) as service:
        revision = asyncio.run(send(service, TENANT, list(documents(texts, shape.seeded, seed=1)))).revision
        with ingest_worker(place):
            _wait_for(service, revision)
        asyncio.run(send(service, TENANT, list(documents(texts, shape.passages, seed=2))))
        target, rate = service.searches(TENANT, texts.questions), Rate(shape.rate, shape.seconds)
        run_load(Plan(target, Concurrency(2, _WARM), len(texts.questions) - _WARM), None)
        # Every turn with questions of its own: what was asked before is remembered.
        plans = (Plan(target, rate, turn * round(rate.per_second * rate.seconds)) for turn in count())
        for _ in range(shape.turns):
            before = _metrics(service)
            found.idle.append(run_load(next(plans), None))
            _add(found.idle_pauses, before, _metrics(service))
            with ingest_worker(place):
                at = _until_embedding(database)
                before = _metrics(service)
                found.busy.append(run_load(next(plans), None))
                after = _metrics(service)
                found.embedded += database.vectors() - at
            _add(found.pauses, before, after)
            found.swaps += round(after.get(_SWAPS, 0.0) - before.get(_SWAPS, 0.0))
    return found


def _add(pauses: dict[int, int], before: dict[str, float], after: dict[str, float]) -> None:
    for over in pauses:
        pauses[over] += round(_later(after, over) - _later(before, over))


def _later(metrics: dict[str, float], over_ms: int) -> float:
    upto = metrics.get(f'{_LATE}_bucket{{le="{over_ms / 1000:g}"}}', 0.0)
    return metrics.get(f"{_LATE}_count", 0.0) - upto


def _metrics(service: RetrievalService) -> dict[str, float]:
    text = httpx.get(service.metrics, timeout=10, trust_env=False).text
    pairs = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def _wait_for(service: RetrievalService, revision: int) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while asyncio.run(index_of(service, TENANT)).content_revision < revision:
        if time.monotonic() > deadline:
            raise IngestStalled("The first documents were not served in time.")
        time.sleep(0.2)


def _until_embedding(database: IngestDatabase) -> int:
    """Waits until the worker embeds; returns how many passages have vectors then."""
    before, deadline = database.vectors(), time.monotonic() + _PATIENCE_SECONDS
    while (now := database.vectors()) == before:
        if time.monotonic() > deadline:
            raise IngestStalled("The worker embeds nothing.")
        time.sleep(0.05)
    return now
