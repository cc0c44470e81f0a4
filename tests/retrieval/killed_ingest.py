"""A process that takes documents in or ingests them, and kills itself at a given step."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from libs.common.clock import SystemClock
from services.retrieval.ingest import Ingest, IngestParts
from tests.retrieval.example_ingest import open_bench

DOCUMENTS = {
    f"d{n}": f"# Document {n}\n\nIt says {n}.\n\n## More\n\n" + f"More of {n}. " * 40 for n in range(24)
} | {
    "empty": "",
    "headings": "# Only\n\n## Headings",
}


def deadly(act: Callable[..., Any], when: str, count: int) -> Callable[..., Any]:
    """A call that ends the process, as if by `kill -9`, before or after it was made so often."""
    left = [count]

    def wrapped(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if when == "before" and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        result = act(*arguments, **named)
        if when == "after" and left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return wrapped


def ingest(root: Path, when: str, name: str, count: int) -> None:
    """Ingests what was accepted."""
    owner_name, _, method = name.partition(".")

    def wrap(_: Ingest, parts: IngestParts) -> None:
        publication: Any = parts.publication
        inside = {"folder": publication._folder, "builder": publication._builder}
        owner: Any = inside.get(owner_name) or getattr(parts, owner_name)
        setattr(owner, method, deadly(getattr(owner, method), when, count))

    bench = open_bench(root, SystemClock(), wrap=wrap)
    while True:
        bench.ingest.round()


def read_poison(root: Path, when: str, name: str, count: int) -> None:
    """Ingests what was accepted, and dies of one document whenever it reads that."""

    def wrap(_: Ingest, parts: IngestParts) -> None:
        read = parts.blobs.read

        def reads(content_hash: str) -> bytes:
            content = read(content_hash)
            if content.startswith(f"# {name}".encode()):
                os.kill(os.getpid(), signal.SIGKILL)
            return content

        setattr(parts.blobs, "read", reads)  # noqa: B010 - mypy does not let a method be assigned

    bench = open_bench(root, SystemClock(), wrap=wrap)
    while bench.ingest.round() or bench.store.counts("acme").pending:
        pass


def take_in(root: Path, when: str, name: str, count: int) -> None:
    """Takes the documents in."""
    bench = open_bench(root, SystemClock())
    owner: Any = bench.blobs if name == "keep" else bench.intake._store
    setattr(owner, name, deadly(getattr(owner, name), when, count))
    bench.send(DOCUMENTS)


if __name__ == "__main__":
    task = {"ingest": ingest, "read_poison": read_poison, "take_in": take_in}[sys.argv[1]]
    task(Path(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]))
