"""A process that lets intake and worker live and die, again and again, and tells in the end what there is.

Each life is a process of its own. It ends as if by `kill -9`: after a number of steps (statements, files
forced to disk or named), or, without regard to steps, at an instant. The numbers come from a seed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from libs.common.clock import SystemClock
from services.retrieval import ingest as ingest_module
from services.retrieval.database_postgres import PostgresSession
from services.retrieval.database_sqlite import SqliteSession
from services.retrieval.documents import DocumentHeader, DocumentSource
from services.retrieval.ingest_queue_sql import Claimant
from tests.fakes.fake_builder import published
from tests.retrieval.example_ingest import Bench, open_bench

LEASE_SECONDS = 0.3
LONGEST_LIFE_SECONDS = 60.0
LONGEST_INSTANT = 0.3
BY_STEP = 0.7
"""The share of lives that end at a step, and not at an instant."""

Corpus = Mapping[str, Mapping[str, str]]
"""Texts by uri, by source."""


def corpora(seed: int) -> list[Corpus]:
    """Three states of a corpus: then some pages have changed, some moved, some gone, some come."""
    chance = random.Random(seed)

    def page(number: int, version: int = 0) -> str:
        own = " ".join(f"w{number}x{place}" for place in range(60))
        return f"# Page {number}\n\nIt says {own}.\n\n## Version\n\nThis is version {version}. " + own

    first = {f"page-{number}.md": page(number) for number in range(24)} | {"empty.md": "", "copy.md": page(3)}
    second = dict(first)
    for number in chance.sample(range(24), 6):
        second[f"page-{number}.md"] = page(number, version=2)
    for number in chance.sample(range(24), 4):
        second[f"moved/page-{number}.md"] = second.pop(f"page-{number}.md")
    for uri in chance.sample(sorted(second), 4):
        del second[uri]
    third = second | {f"new-{number}.md": page(100 + number) for number in range(5)} | {"empty.md": page(99)}
    wiki = {"page-1.md": page(50), "same.md": page(7)}
    return [{"docs": first}, {"docs": second, "wiki": wiki}, {"docs": third, "wiki": {}}]


@dataclass(frozen=True)
class Place:
    """Where a scenario takes place."""

    root: Path
    url: str

    def open(self) -> Bench:
        # A worker among others has to wait until the leases of the dead are over.
        claimant = Claimant(f"w{os.getpid()}", alone=not self.url, lease_seconds=LEASE_SECONDS)
        return open_bench(self.root, SystemClock(), url=self.url, claimant=claimant)


def take_in(place: Place, corpus: Corpus) -> None:
    """Takes a state of the corpus in."""
    bench = place.open()
    for source, texts in corpus.items():
        documents = ((DocumentHeader(uri), text.encode()) for uri, text in texts.items())
        bench.accept("acme", DocumentSource(source, complete=True), *documents)
    bench.close()


def work(place: Place, corpus: Corpus) -> None:
    """Works until all that was accepted is published."""
    bench = place.open()
    end, pause = time.monotonic() + LONGEST_LIFE_SECONDS, threading.Event()
    while bench.ingest.round() or not finished(bench):
        pause.wait(0.01)
        if time.monotonic() > end:
            raise AssertionError("the work does not come to an end")
    bench.ingest.end()
    bench.close()


def finished(bench: Bench) -> bool:
    pointer = bench.folder.pointer()
    revision = bench.store.accepted_revision("acme")
    return not bench.store.counts("acme").pending and pointer is not None and pointer.revision >= revision


MOST_STEPS: Mapping[Callable[[Place, Corpus], None], int] = {take_in: 60, work: 400}
"""A life of each kind takes about so many steps where it has everything to do."""


def live(
    act: Callable[[Place, Corpus], None], place: Place, corpus: Corpus, doom: Callable[[], None]
) -> bool:
    """Lets a process do something; returns whether it came to its end by itself."""
    child = os.fork()
    if child == 0:
        try:
            doom()
            act(place, corpus)
        except Exception as error:  # noqa: BLE001 - the end of a process tells its parent
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    if os.waitstatus_to_exitcode(status) != 0:
        raise AssertionError(f"{act.__name__} failed")
    return True


def after_steps(steps: int) -> Callable[[], None]:
    """Ends the process at a step."""

    def doom() -> None:
        left = [steps]

        def counted(step: Callable[..., Any]) -> Callable[..., Any]:
            def wrapped(*arguments: Any, **named: Any) -> Any:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                return step(*arguments, **named)

            return wrapped

        for owner, names in (
            (SqliteSession, ("rows", "change", "change_each")),
            (PostgresSession, ("rows", "change", "change_each")),
            (os, ("fsync", "rename", "replace", "utime")),
        ):
            for name in names:
                setattr(owner, name, counted(getattr(owner, name)))

    return doom


def at_an_instant(seconds: float) -> Callable[[], None]:
    """Ends the process at an instant: the default of the alarm is to end it on the spot."""
    return lambda: signal.setitimer(signal.ITIMER_REAL, seconds) and None


def state(place: Place) -> dict[str, Any]:
    """All that there is, but for times and revisions."""
    bench = place.open()
    with bench.databases[0].session() as session:
        documents = session.rows(
            "SELECT source_id, uri, document_id, state, reason_code, title, content_hash, passages, waiting,"
            " parsed, compared, duplicate_of, near_duplicate_of FROM documents ORDER BY source_id, uri"
        )
        names = documents[0].keys() if documents else ()  # type: ignore[attr-defined]
        passages = session.rows("SELECT passage_id, live, text FROM passages ORDER BY passage_id, live")
        vectors = session.rows("SELECT text_hash FROM vectors ORDER BY text_hash")
        found = {
            "documents": [{name: row[name] for name in names} for row in documents],
            "passages": [[row["passage_id"], row["live"], row["text"]] for row in passages],
            "vectors": [bytes(row["text_hash"]).hex() for row in vectors],
            "index": sorted([p.passage_id, p.uri, p.text] for p in published(bench.folder)),
        }
    bench.close()
    return found


def run(place: Place, seed: int, kills: int) -> dict[str, Any]:
    """Plays the scenario with so many kills, and returns each state of the corpus as it was found."""
    chance, states, done = random.Random(seed), [], 0
    turns = [(corpus, act) for corpus in corpora(seed) for act in (take_in, work)]
    for number, (corpus, act) in enumerate(turns):
        share, most = kills * (number + 1) // len(turns), MOST_STEPS[act]
        while done < share:
            doom = _doom(chance, most)
            if not live(act, place, corpus, doom):
                done += 1
            elif act is work:  # it came to its end: the next life has less to do
                most = max(3, most // 2)
        assert live(act, place, corpus, lambda: None)
        if act is work:
            states.append(state(place))
    return {"kills": done, "states": states}


def _doom(chance: random.Random, most: int) -> Callable[[], None]:
    if chance.random() < BY_STEP:
        return after_steps(chance.randint(1, most))
    return at_an_instant(chance.uniform(0.002, LONGEST_INSTANT))


if __name__ == "__main__":
    ingest_module.QUIET_SECONDS = 0.0
    print(json.dumps(run(Place(Path(sys.argv[1]), sys.argv[4]), int(sys.argv[2]), int(sys.argv[3]))))
