"""What is drawn while an ingest runs."""

from __future__ import annotations

import io

from rich.console import Console

from cli.ingest_progress import IngestProgress
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb


def drawn(width: int, *steps: pb.IngestProgress, waiting: int = 7) -> str:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=width, color_system=None)
    progress = IngestProgress(console, show=True)
    with progress.drawn():
        progress.send(50_000, 2_000_000)
        for step in steps:
            progress.follow(step, waiting)
            progress._progress.refresh()
    return written.getvalue()


def test_each_step_has_its_own_figures_and_none_is_left_unfinished() -> None:
    text = drawn(
        100,
        pb.IngestProgress(phase="parsing", done=3, total=7),
        pb.IngestProgress(phase="embedding", done=1024, total=4000, rate=220.4),
        pb.IngestProgress(phase="", done=0, total=0),
    )

    assert "3 of 7" in text
    assert "1,024 of 4,000 · 220/s" in text
    assert "Waiting for the ingest worker" in text
    assert "7 documents wait" in text


def test_an_index_that_is_ready_is_not_waited_for_at_the_worker() -> None:
    assert "Loading the new index" in drawn(80, pb.IngestProgress(phase="idle"), waiting=0)


def test_it_fits_a_narrow_terminal() -> None:
    text = drawn(60, pb.IngestProgress(phase="embedding", done=1024, total=4000, rate=220.4))

    assert "1,024 of 4,000 · 220/s" in text


def test_nothing_is_drawn_unless_it_is_asked_for() -> None:
    written = io.StringIO()
    progress = IngestProgress(Console(file=written, width=80), show=False)
    with progress.drawn():
        progress.send(1, 2)

    assert written.getvalue() == ""
