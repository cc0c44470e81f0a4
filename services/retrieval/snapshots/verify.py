"""Compares a snapshot with what a tenant is being served, passage by passage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from libs.common.errors import DependencyUnavailable
from libs.embedding.embedder import Vectors
from services.retrieval.index import IndexFailure, StoredPassage
from services.retrieval.served_versions import ServedVersions
from services.retrieval.snapshots.create import scanned
from services.retrieval.snapshots.upload import Upload

MAX_EXAMPLES = 20
_SAME_COSINE = 0.999
"""Two machines give one text vectors that differ in their last digits: this much alike is the same."""

Difference = Literal["missing", "extra", "changed", "vector"]


@dataclass(frozen=True, slots=True)
class Example:
    """One passage that differs.

    Attributes:
        passage_id: The passage.
        uri: Its document's.
        difference: missing from the index, extra in it, changed, or with another vector.
    """

    passage_id: str
    uri: str
    difference: Difference


@dataclass(slots=True)
class Comparison:
    """How a snapshot and an index differ.

    Attributes:
        compared: Passages of the snapshot.
        served: Passages of the index.
        counts: How many differ, by what.
        examples: The first of them.
    """

    compared: int = 0
    served: int = 0
    counts: dict[Difference, int] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)

    @property
    def matches(self) -> bool:
        """Whether they hold the same."""
        return not self.counts

    def note(self, entry: StoredPassage, difference: Difference) -> None:
        """Counts a passage that differs."""
        self.counts[difference] = self.counts.get(difference, 0) + 1
        if len(self.examples) < MAX_EXAMPLES:
            self.examples.append(Example(entry.passage.passage_id, entry.passage.uri, difference))


async def compare(upload: Upload, served: ServedVersions, tenant: str) -> Comparison:
    """Compares by content: texts, places and metadata to the letter, vectors within rounding.

    When a document last changed is no content: two checkouts of one repository have different times.

    Raises:
        DependencyUnavailable: The index cannot be read.
    """
    found = Comparison()
    with served.lease(tenant) as serving:
        index = scanned(serving.index, tenant) if serving is not None else _nothing()
        try:
            await _merge(upload.passages(), index, found)
        except IndexFailure as error:
            raise DependencyUnavailable("The passages cannot be read; try again shortly.") from error
    return found


async def _merge(
    chunks: Iterator[list[StoredPassage]], index: AsyncIterator[StoredPassage], found: Comparison
) -> None:
    held = await anext(index, None)
    while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
        for entry in chunk:
            found.compared += 1
            while held is not None and held.passage.passage_id < entry.passage.passage_id:
                found.served += 1
                found.note(held, "extra")
                held = await anext(index, None)
            if held is None or held.passage.passage_id != entry.passage.passage_id:
                found.note(entry, "missing")
                continue
            found.served += 1
            _compare_one(entry, held, found)
            held = await anext(index, None)
    while held is not None:
        found.served += 1
        found.note(held, "extra")
        held = await anext(index, None)


def _compare_one(wanted: StoredPassage, held: StoredPassage, found: Comparison) -> None:
    if replace(wanted.passage, updated_at="") != replace(held.passage, updated_at=""):
        found.note(wanted, "changed")
    elif not _alike(wanted.vector, held.vector):
        found.note(wanted, "vector")


def _alike(one: Vectors, other: Vectors) -> bool:
    if one.shape != other.shape:
        return False
    lengths = float(np.linalg.norm(one) * np.linalg.norm(other))
    return bool(np.array_equal(one, other)) or (
        lengths > 0 and float(np.dot(one, other)) / lengths >= _SAME_COSINE
    )


async def _nothing() -> AsyncIterator[StoredPassage]:
    nothing: tuple[StoredPassage, ...] = ()
    for entry in nothing:
        yield entry
