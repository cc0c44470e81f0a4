"""Shows on a terminal how an ingest gets on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from libs.common.pb.retrieval.v1 import retrieval_pb2

STEPS = {
    "parsing": "Reading documents",
    "embedding": "Embedding passages",
    "building": "Building the index",
    "publishing": "Publishing",
}
"""The ingest worker's phases, in words."""


class IngestProgress:
    """One line for what is being done right now: gathering, sending, then the worker's step.

    Args:
        console: The terminal.
        show: Draw at all.
    """

    def __init__(self, console: Console, *, show: bool) -> None:
        narrow = console.width < 70
        self._progress = Progress(
            TextColumn("  {task.description}"),
            BarColumn(bar_width=12 if narrow else 30),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
            disable=not show,
        )
        self._task: TaskID | None = None
        self._shown = ""

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """Draws until the context ends, then leaves nothing behind."""
        with self._progress:
            yield

    def gather(self, place: str, done: int, known: int) -> None:
        """Pages of a site that were read, of those known so far."""
        self._show(f"Reading {place}", done, None, f"{done} of at least {known} pages")

    def send(self, sent: int, total: int) -> None:
        """Bytes that were taken by retrieval."""
        figures = f"{_size(sent)} of {_size(total)}"
        self._show("Sending documents", sent, total, figures)

    def follow(self, step: retrieval_pb2.IngestProgress, waiting: int) -> None:
        """What the ingest worker does, while so many documents wait."""
        name = STEPS.get(step.phase)
        if name is None and waiting:
            self._show("Waiting for the ingest worker", 0, None, f"{waiting:,} documents wait")
            return
        if name is None:
            self._show("Loading the new index", 0, None, "")
            return
        rate = f" · {step.rate:,.0f}/s" if step.rate >= 1 else ""
        figures = f"{step.done:,} of {step.total:,}{rate}" if step.total else ""
        self._show(name, step.done, step.total or None, figures)

    def _show(self, description: str, done: float, total: float | None, figures: str) -> None:
        if self._task is None or description != self._shown:
            if self._task is not None:
                self._progress.remove_task(self._task)
            self._task = self._progress.add_task(description, total=total, figures=figures)
            self._shown = description
        self._progress.update(self._task, completed=done, total=total, figures=figures)


def _size(size: int) -> str:
    if size < 1000:
        return f"{size} bytes"
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{size / 1000:.0f} kB"
