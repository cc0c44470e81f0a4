"""`kill -9` anywhere: after a restart nothing is lost and nothing is there twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from services.retrieval.documents import StateCounts
from services.retrieval.ingest_queue import MAX_ATTEMPTS
from services.retrieval.passage import Passage
from tests.fakes.fake_builder import published
from tests.fakes.fake_clock import FakeClock
from tests.retrieval.conftest import FIRST
from tests.retrieval.example_ingest import Bench, open_bench
from tests.retrieval.killed_ingest import DOCUMENTS

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.process


def ended_with(task: str, root: Path, when: str, name: str, count: int) -> int:
    command = [sys.executable, "-m", "tests.retrieval.killed_ingest", task, str(root), when, name, str(count)]
    return subprocess.run(command, cwd=ROOT, timeout=60, capture_output=True, check=False).returncode


def run_until_killed(task: str, root: Path, when: str, name: str, count: int) -> None:
    assert ended_with(task, root, when, name, count) == -signal.SIGKILL


def texts(bench: Bench) -> list[tuple[str, str]]:
    passages: list[Passage] = published(bench.folder)
    assert len({passage.passage_id for passage in passages}) == len(passages)
    return sorted((passage.passage_id, passage.text) for passage in passages)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    """What an ingest that nobody kills publishes."""
    clock = FakeClock()
    bench = open_bench(tmp_path_factory.mktemp("unkilled"), clock)
    bench.send(DOCUMENTS)
    bench.work(clock)
    found = texts(bench)
    bench.close()
    return found


@pytest.mark.parametrize(
    ("when", "name", "count"),
    [
        ("before", "queue.claim", 2),
        ("after", "queue.claim", 1),
        ("before", "blobs.read", 5),
        ("after", "queue.stage", 7),
        ("after", "queue.settle", 1),
        ("before", "embedder.embed_passages", 1),
        ("before", "shelf.keep_vectors", 1),
        ("after", "shelf.keep_vectors", 1),
        ("after", "shelf.go_live", 1),
        ("before", "builder.build", 1),
        ("before", "folder.seal", 1),
        ("after", "folder.seal", 1),
        ("after", "folder.publish", 1),
        ("before", "folder.prune", 1),
    ],
)
def test_a_killed_worker_goes_on_where_it_was(
    tmp_path: Path, clock: FakeClock, expected: list[tuple[str, str]], when: str, name: str, count: int
) -> None:
    before = open_bench(tmp_path, clock)
    before.send(DOCUMENTS)
    before.close()
    run_until_killed("ingest", tmp_path, when, name, count)
    after = open_bench(tmp_path, clock)
    after.work(clock)
    assert texts(after) == expected
    assert after.store.counts("acme") == StateCounts(indexed=24, skipped=2)
    partial = [path for path in (tmp_path / "index").rglob("*") if path.name.endswith(".partial")]
    assert partial == []
    after.close()


@pytest.mark.parametrize(
    ("when", "name"),
    [("before", "keep"), ("after", "keep"), ("after", "record"), ("before", "remove_absent")],
)
def test_a_killed_intake_is_made_good_by_sending_again(
    tmp_path: Path, clock: FakeClock, expected: list[tuple[str, str]], when: str, name: str
) -> None:
    run_until_killed("take_in", tmp_path, when, name, 1)
    bench = open_bench(tmp_path, clock)
    result = bench.send(DOCUMENTS)
    assert result.accepted + result.unchanged == len(DOCUMENTS)
    bench.work(clock)
    assert texts(bench) == expected
    bench.close()


def test_a_document_on_which_the_worker_dies_is_given_up_and_the_others_are_indexed(
    tmp_path: Path, clock: FakeClock
) -> None:
    bench = open_bench(tmp_path, clock)
    bench.send(DOCUMENTS)
    for _ in range(MAX_ATTEMPTS):
        run_until_killed("read_poison", tmp_path, "", "Document 7", 0)
    assert ended_with("read_poison", tmp_path, "", "Document 7", 0) == 0
    failed = bench.store.list("acme", 9, FIRST, "failed")
    assert [(d.uri, d.reason[:38]) for d in failed] == [("d7.md", "Reading it ended the ingest worker 5 t")]
    assert bench.store.counts("acme") == StateCounts(indexed=23, skipped=2, failed=1)
    bench.close()
