"""Every kind of index, opened over the same passages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from services.retrieval.index import Index
from services.retrieval.passage import Passage
from services.retrieval.serving_copy import ServingCopies
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_passages import build_index, embedded, open_index

INDEXES = ("fake", "qdrant_edge")


@asynccontextmanager
async def opened_index(kind: str, folder: Path, passages: Sequence[Passage]) -> AsyncIterator[Index]:
    """Opens an index of a kind over passages, and closes it in the end."""
    if kind == "fake":
        yield FakeIndex(embedded(passages))
        return
    copies = ServingCopies(folder / "serving")
    index = open_index(copies, build_index(folder / "index", passages))
    try:
        yield index
    finally:
        index.close()
        copies.close()
