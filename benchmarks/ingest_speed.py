"""How fast documents are ingested, beside fastembed alone on the same passages."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from benchmarks.data_folder import data_folder, models_folder
from benchmarks.ingest_documents import documents, index_of, send
from benchmarks.ingest_worker import IngestDatabase, ingest_worker
from benchmarks.load import ROOT, GeneratorFailed
from benchmarks.passages import Texts
from benchmarks.process_cpu import CpuMeter
from benchmarks.retrieval_service import RetrievalService, retrieval_service

TENANT = "bench"
_POLL_SECONDS = 0.05
_PATIENCE_SECONDS = 1800.0


class IngestStalled(Exception):
    """The worker did not come to an end in time; the message says how far it came."""


@dataclass(frozen=True, slots=True)
class IngestRound:
    """One ingest from nothing.

    Attributes:
        passages: Passages that came of the documents.
        whole_seconds: From the worker's start until everything was served: its start, the model, reading,
            embedding, the index.
        embedding_seconds: From the first to the last passage embedded.
        embedded: Passages embedded in that time.
        cpu_seconds: CPU of the worker.
        sentences_seconds: From then until the sentences of all passages have vectors, too.
        sentences_bytes: What these take in the database.
        again_seconds: Sending the same documents again, until the service says that nothing is new.
    """

    passages: int
    whole_seconds: float
    embedding_seconds: float
    embedded: int
    cpu_seconds: float
    sentences_seconds: float
    sentences_bytes: int
    again_seconds: float


@dataclass(frozen=True, slots=True)
class RawRound:
    """One run of fastembed alone.

    Attributes:
        passages: Passages embedded.
        seconds: How long that took; neither start nor loading count.
        cpu_seconds: CPU of it.
    """

    passages: int
    seconds: float
    cpu_seconds: float


@dataclass(slots=True)
class _Watch:
    """When how many passages had been embedded."""

    database: IngestDatabase
    marks: list[tuple[float, int]] = field(default_factory=list)

    def look(self) -> None:
        found = self.database.vectors()
        if found and (not self.marks or self.marks[-1][1] != found):
            self.marks.append((time.monotonic(), found))


def ingest_once(folder: Path, texts: Texts, passages: int) -> tuple[IngestRound, list[str]]:
    """Ingests documents into an empty data folder; returns the figures, and the texts that were embedded."""
    place = data_folder(folder, "ingest-speed")
    for old in ("retrieval", "config"):
        shutil.rmtree(place / old, ignore_errors=True)
    many = list(documents(texts, passages))
    with retrieval_service(place, None) as service:
        accepted = asyncio.run(send(service, TENANT, many))
        watch, began = _Watch(IngestDatabase(place)), time.monotonic()
        with ingest_worker(place) as worker:
            meter = CpuMeter({"worker": [worker]})
            _until_served(service, accepted.revision, watch)
            whole, cpu = time.monotonic() - began, meter.read()["worker"] / 1000
            later, taken = _until_split(watch.database)
            began = time.monotonic()
            asyncio.run(send(service, TENANT, many))
            again = time.monotonic() - began
    first, last = watch.marks[0], watch.marks[-1]
    found = watch.database.texts()
    took = IngestRound(len(found), whole, last[0] - first[0], last[1] - first[1], cpu, later, taken, again)
    return took, found


def raw_once(folder: Path, passages: list[str], batch: int) -> RawRound:
    """Embeds the same passages with fastembed alone."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.raw_fastembed",
        str(models_folder(folder)),
        "--batch",
        str(batch),
    ]
    done = subprocess.run(command, cwd=ROOT, input=orjson.dumps(passages), capture_output=True, check=False)
    if done.returncode != 0:
        raise GeneratorFailed(f"fastembed failed: {done.stderr.decode(errors='replace')[-2000:]}")
    found = orjson.loads(done.stdout)
    return RawRound(found["vectors"], found["seconds"], found["cpu_seconds"])


def _until_split(database: IngestDatabase) -> tuple[float, int]:
    """Waits until all sentences have vectors; returns the seconds that took, and their bytes."""
    began, wanted = time.monotonic(), database.vectors()
    while (found := database.sentences())[0] < wanted:
        if time.monotonic() - began > _PATIENCE_SECONDS:
            raise IngestStalled(f"Sentences of only {found[0]} passages were embedded.")
        time.sleep(_POLL_SECONDS)
    return time.monotonic() - began, found[1]


def _until_served(service: RetrievalService, revision: int, watch: _Watch) -> None:
    deadline, asked_at = time.monotonic() + _PATIENCE_SECONDS, 0.0
    while True:
        watch.look()
        now = time.monotonic()
        if now - asked_at > 10 * _POLL_SECONDS:
            asked_at = now
            index = asyncio.run(index_of(service, TENANT))
            if index.content_revision >= revision and index.passages:
                return
        if now > deadline:
            done = watch.marks[-1][1] if watch.marks else 0
            raise IngestStalled(f"The ingest did not end; {done} passages were embedded.")
        time.sleep(_POLL_SECONDS)
