"""Workers on several machines share one PostgreSQL: the work is divided, and each machine serves all of it."""

from __future__ import annotations

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from services.retrieval import ingest as ingest_module
from services.retrieval.documents import StateCounts
from services.retrieval.ingest_queue_sql import Claimant
from tests.fakes.fake_builder import published
from tests.retrieval.example_ingest import Bench, open_bench

DOCUMENTS = {
    f"d{n}": f"# Document {n}\n\nIt says {n}.\n\n## More\n\n" + f"More of {n}. " * 40 for n in range(60)
} | {"empty": ""}


def work(bench: Bench, revision: int) -> int:
    """Works until all is published on its machine; returns how many rounds that took."""
    end = time.monotonic() + 60
    for rounds in range(1_000_000):
        pointer = bench.folder.pointer()
        if pointer is not None and pointer.revision >= revision:
            return rounds
        assert time.monotonic() < end, "the work does not come to an end"
        bench.ingest.round()
    raise AssertionError


def test_the_work_is_divided_and_each_machine_serves_all(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(ingest_module, "_PAGE", 16)
    machines = []
    for name in ("one", "two", "three"):
        (tmp_path / name).mkdir()
        claimant = Claimant(name, alone=False)
        machines.append(open_bench(tmp_path / name, SystemClock(), url=postgres_url, claimant=claimant))
    result = machines[0].send(DOCUMENTS)
    with ThreadPoolExecutor(len(machines)) as pool:
        assert list(pool.map(lambda bench: work(bench, result.revision), machines))
    assert machines[0].store.counts("acme") == StateCounts(indexed=60, skipped=1)
    indexes = [sorted((p.passage_id, p.uri, p.text) for p in published(bench.folder)) for bench in machines]
    assert indexes[0] == indexes[1] == indexes[2]
    assert len({uri for _, uri, _ in indexes[0]}) == 60
    embedded = Counter(text for bench in machines for text in bench.embedder.texts)
    assert set(embedded.values()) == {1}  # nobody did what another had done
    for bench in machines:
        bench.ingest.end()
        bench.close()


def test_a_worker_that_stops_leaves_what_it_has_read_to_the_others_at_once(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest_module, "QUIET_SECONDS", 0.0)
    monkeypatch.setattr(ingest_module, "_PAGE", 4)
    leaving, staying = (
        open_bench(tmp_path / name, SystemClock(), url=postgres_url, claimant=Claimant(name, alone=False))
        for name in ("leaving", "staying")
    )
    result = leaving.send({f"d{n}": f"Document {n}." for n in range(20)})
    leaving.ingest.round()  # has read all of them, and embedded the first few
    leaving.ingest.end()
    assert work(staying, result.revision)
    assert staying.store.counts("acme") == StateCounts(indexed=20)
    for bench in (leaving, staying):
        bench.close()
