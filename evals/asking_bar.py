"""Shows on a terminal how many questions have been asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


@contextmanager
def asking_bar(name: str, total: int) -> Iterator[Callable[[], None]]:
    """Draws a bar for the length of a block, where there is a terminal; gives what counts one question.

    Args:
        name: What is being asked.
        total: How many questions.
    """
    errors = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(name, total=total)
        yield lambda: progress.advance(task)
