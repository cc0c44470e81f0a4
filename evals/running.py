"""A Causeway that runs over the documents of an evaluation, and words about its progress."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.causeway_stack import CausewayStack, causeway_stack
from benchmarks.data_folder import data_folder
from cli.settings import Settings
from evals.corpora import FOLDER, Corpus


@contextmanager
def running(corpus: Corpus, folder: Path = FOLDER) -> Iterator[Settings]:
    """Runs the whole product for the length of a block, in which a corpus is indexed.

    Args:
        corpus: Its documents.
        folder: Where the index is kept for the next time.

    Raises:
        NotStarted: It does not come up.
    """
    with started(corpus, folder) as stack:
        yield stack.settings


@contextmanager
def started(corpus: Corpus, folder: Path, program: tuple[str, ...] = ("cli",)) -> Iterator[CausewayStack]:
    """Does the same, and gives its processes too.

    Args:
        corpus: Its documents.
        folder: Where the index is kept for the next time.
        program: As `causeway_stack` takes it.

    Raises:
        NotStarted: It does not come up.
    """
    say(f"{corpus.name}: starting Causeway (the first time indexes the documents)")
    place = data_folder(folder, corpus.name)
    with causeway_stack(place, corpus.folder, None, {}, program) as stack:
        yield stack


def say(what: str) -> None:
    """Tells the person who waits what is going on."""
    sys.stderr.write(f"{what} ...\n")
    sys.stderr.flush()
