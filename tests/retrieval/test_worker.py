"""The worker as a real process, with the real model and the real engine."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from libs.common.errors import DependencyUnavailable
from libs.common.process import SUPERVISED
from libs.embedding.model_store import IDENTITY, prepare_model
from services.retrieval.blobs_folder import BlobFolder
from services.retrieval.builds import BuildFolder
from services.retrieval.database_sqlite import SqliteDatabase
from services.retrieval.documents import DocumentSource, StateCounts
from services.retrieval.index import IndexFailure
from services.retrieval.ingest_queue_sql import Claimant
from services.retrieval.intake import Intake, IntakeResult
from services.retrieval.intake_store_sql import SqlIntakeStore
from services.retrieval.passage_shelf_sql import SqlPassageShelf
from services.retrieval.sentence_store_sql import SqlSentenceStore
from services.retrieval.settings import Settings
from services.retrieval.worker import work
from tests.retrieval.conftest import FIRST, Documents
from tests.retrieval.example_documents import GUIDE, docs, stream

ROOT = Path(__file__).parents[2]
MODELS = ROOT / ".causeway-test" / "models"

pytestmark = pytest.mark.process


class Worker:
    """A data folder, the worker's process, and the other side's view."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings(data=data)
        (data / "models").symlink_to(MODELS)
        self._database = SqliteDatabase(self.settings.documents_database)
        self.store = Documents(self._database, SystemClock())
        self.builds = BuildFolder(self.settings.index_folder, self.settings.index_version)
        self.processes: list[subprocess.Popen[bytes]] = []

    def send(self, **contents: str) -> IntakeResult:
        intake = Intake(
            SqlIntakeStore(self._database, SystemClock()),
            BlobFolder(self.settings.blobs_folder),
            SystemClock(),
        )
        source = DocumentSource("docs", complete=True)
        return asyncio.run(intake.accept("acme", stream(source, *docs(**contents))))

    def start(self, **variables: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.retrieval.worker"],
            cwd=ROOT,
            env=os.environ | {"CAUSEWAY_DATA": str(self.settings.data)} | variables,
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.processes.append(process)
        return process

    def served(self) -> int:
        pointer = self.builds.pointer()
        return pointer.revision if pointer else 0

    def close(self) -> None:
        for process in self.processes:
            process.kill()
            process.communicate(timeout=10)
        self._database.close()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    prepare_model(MODELS)
    opened = Worker(tmp_path)
    yield opened
    opened.close()


def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    pause = threading.Event()
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        pause.wait(0.02)
    return True


def test_it_indexes_what_is_sent_and_says_how_it_gets_on(worker: Worker) -> None:
    process = worker.start()
    result = worker.send(guide=GUIDE, empty="")
    assert eventually(lambda: worker.served() == result.revision)
    assert worker.store.counts("acme") == StateCounts(indexed=1, skipped=1)
    assert eventually(lambda: worker.store.progress().phase == "idle")
    pointer = worker.builds.pointer()
    assert pointer is not None
    build = worker.builds.open(pointer)
    assert dict(build.tenants) == {"acme": worker.store.list("acme", 9, ("guide", ""), None)[0].passages}
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert worker.store.progress().phase == ""


def test_sentences_of_what_is_served_have_vectors_soon(worker: Worker) -> None:
    worker.start()
    result = worker.send(guide=GUIDE)
    assert eventually(lambda: worker.served() == result.revision)
    database = worker.settings.documents_database

    with closing(SqliteDatabase(database)) as opened:
        shelf = SqlPassageShelf(opened, SystemClock(), Claimant("test"))
        with shelf.snapshot(IDENTITY) as snapshot:
            texts = [passage.indexed_text for passage, _ in snapshot.passages]
        hashes = {hashlib.sha256(text.encode()).digest() for text in texts}
        store = SqlSentenceStore(opened)
        assert eventually(lambda: set(store.get(IDENTITY, hashes)) == hashes)


@pytest.mark.parametrize("phase", ["parsing", "embedding", "building"])
def test_it_stops_soon_whatever_it_is_doing(worker: Worker, phase: str) -> None:
    contents = {f"d{n}": f"# Document {n}\n\n" + f"More of {n}. " * 120 for n in range(60)}
    result = worker.send(**contents)
    process = worker.start()
    # A phase may be over before it is seen; then the worker is stopped while it idles.
    assert eventually(lambda: worker.store.progress().phase == phase or worker.served() == result.revision)
    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    assert time.monotonic() - began < 12  # the grace, and leave for a busy machine


def test_it_ends_with_its_supervisor(worker: Worker) -> None:
    process = worker.start(**{SUPERVISED: "1"})
    assert eventually(lambda: worker.store.progress().phase == "idle")
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdin = None


def test_a_second_worker_waits_for_the_first(worker: Worker) -> None:
    first = worker.start()
    assert eventually(lambda: worker.store.progress().phase == "idle")
    second = worker.start()
    assert second.stderr is not None
    assert b"another_worker_is_at_work" in second.stderr.readline()
    first.kill()
    first.wait(10)
    result = worker.send(bees="Bees make honey.")
    assert eventually(lambda: worker.served() == result.revision)


def test_killed_at_any_moment_it_ends_with_every_document_once(worker: Worker) -> None:
    chance = random.Random(7)
    contents = {f"d{n}": f"# Document {n}\n\n" + f"More of {n}. " * 60 for n in range(40)}
    result = worker.send(**contents)
    for _ in range(4):
        process = worker.start()
        eventually(
            lambda: worker.store.progress().phase in ("parsing", "embedding", "building", "publishing"), 5
        )
        threading.Event().wait(chance.uniform(0, 1.0))
        process.kill()
        process.wait(10)
    worker.start()
    assert eventually(lambda: worker.served() == result.revision)
    assert worker.store.counts("acme") == StateCounts(indexed=40)
    pointer = worker.builds.pointer()
    assert pointer is not None
    passages = sum(document.passages for document in worker.store.list("acme", 99, FIRST, None))
    assert worker.builds.open(pointer).passages == passages


class Rounds:
    """An ingest that fails a few times."""

    def __init__(self, failures: list[Exception], stopping: threading.Event) -> None:
        self.failures = failures
        self.refusals: list[Exception] = []
        self.stopping = stopping
        self.said: list[str] = []

    def begin(self) -> None:
        if self.refusals:
            raise self.refusals.pop()
        self.said.append("begin")

    def round(self) -> bool:
        if self.failures:
            raise self.failures.pop()
        self.said.append("round")
        self.stopping.set()
        return True

    def end(self) -> None:
        self.said.append("end")


def test_a_failure_that_may_pass_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = threading.Event()
    waits: list[float] = []
    monkeypatch.setattr(stopping, "wait", waits.append)
    rounds = Rounds([OSError("disk"), DependencyUnavailable("The disk is full.")], stopping)
    work(rounds, stopping)  # type: ignore[arg-type]
    assert (rounds.said, waits) == (["begin", "round", "end"], [1.0, 2.0, 0.0])


def test_a_worker_waits_for_what_it_needs_to_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    stopping = threading.Event()
    waits: list[float] = []
    monkeypatch.setattr(stopping, "wait", waits.append)
    rounds = Rounds([OSError("disk")], stopping)
    rounds.refusals = [IndexFailure("the cluster cannot be reached"), DependencyUnavailable("no database")]
    work(rounds, stopping)  # type: ignore[arg-type]
    assert (rounds.said, waits) == (["begin", "round", "end"], [1.0, 2.0, 4.0, 0.0])


def test_a_fault_of_the_program_ends_the_worker() -> None:
    stopping = threading.Event()
    with pytest.raises(KeyError):
        work(Rounds([KeyError("bug")], stopping), stopping)  # type: ignore[arg-type]
