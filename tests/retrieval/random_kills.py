"""A process that lets intake and worker live and die, again and again, and tells in the end what there is.

Each life is a process of its own. How it ends is drawn from a seed, see `reaper`.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from libs.common.clock import SystemClock
from services.retrieval import ingest as ingest_module
from services.retrieval.documents import DocumentHeader, DocumentSource
from services.retrieval.ingest_queue_sql import Claimant
from tests.fakes.fake_builder import published
from tests.retrieval.example_ingest import Bench, open_bench
from tests.retrieval.reaper import INTAKE, RARE, doom_of

LEASE_SECONDS = 0.3
LONGEST_LIFE_SECONDS = 60.0
SURVIVORS = 5
"""So many lives that reach their end by themselves are enough of a turn."""

Corpus = Mapping[str, Mapping[str, str]]
"""Texts by uri, by source."""


def corpora(seed: int, states: int) -> list[Corpus]:
    """States of a corpus: from one to the next some pages change, some move, some go and some come."""
    chance = random.Random(seed)

    def page(number: int, version: int = 0) -> str:
        own = " ".join(f"w{number}x{place}" for place in range(60))
        return f"# Page {number}\n\nIt says {own}.\n\n## Version\n\nThis is version {version}. " + own

    pages = {f"page-{number}.md": page(number) for number in range(16)} | {"empty.md": "", "copy.md": page(3)}
    found: list[Corpus] = [{"docs": dict(pages), "wiki": {"page-1.md": page(50)}}]
    for turn in range(1, states):
        changed, moved, gone = (chance.sample(sorted(pages), count) for count in (4, 2, 2))
        pages |= {uri: page(chance.randrange(16), turn) for uri in changed}
        pages |= {f"moved-{turn}/{uri.rpartition('/')[2]}": pages.pop(uri) for uri in moved}
        for uri in gone:
            pages.pop(uri, None)
        pages |= {f"new-{turn}-{number}.md": page(100 * turn + number) for number in range(2)}
        wiki = {"page-1.md": page(50 + turn)} if turn % 2 else {}
        found.append({"docs": dict(pages), "wiki": wiki})
    return found


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


def run(place: Place, seed: int, states_count: int, kills: int) -> dict[str, Any]:
    """Plays the scenario with about so many kills, and returns each state of the corpus as it was found."""
    chance, states, done = random.Random(seed), [], 0
    turns = [(corpus, act) for corpus in corpora(seed, states_count) for act in (take_in, work)]
    for number, (corpus, act) in enumerate(turns):
        share, survived = kills * (number + 1) // len(turns), 0
        while done < share and survived < SURVIVORS:
            if live(act, place, corpus, doom_of(chance, RARE if act is work else INTAKE)):
                survived += 1
            else:
                done += 1
        assert live(act, place, corpus, lambda: None)
        if act is work:
            states.append(state(place))
    return {"kills": done, "states": states}


if __name__ == "__main__":
    ingest_module.QUIET_SECONDS = 0.0
    folder, url, *numbers = sys.argv[1:]
    print(json.dumps(run(Place(Path(folder), url), *map(int, numbers))))
