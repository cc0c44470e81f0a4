"""Joins passages that follow each other, and keeps one document from crowding out the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from services.generation.passage import Passage
from services.generation.stored_vectors import StoredVectors

_GAP = 3
"""Characters, blank lines, that may lie between two passages that follow each other."""
_LONGEST = 3000
"""Characters up to which passages are joined: a citation should still lead to a place."""
_FIRST = 3
"""Passages of a document that keep their rank; its others come after everybody's."""


def joined(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Returns the passages with those that follow each other under the same headings made one.

    The whole takes the better one's rank, id and address, and begins where the earlier one begins.

    Args:
        passages: Best first; none of them twice.
    """
    kept: list[Passage] = []
    for passage in passages:
        place = next((at for at, other in enumerate(kept) if _adjacent(other, passage)), None)
        if place is None:
            kept.append(passage)
        else:
            kept[place] = _one(kept[place], passage)
    return tuple(kept) if len(kept) == len(passages) else joined(kept)


def spread(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Returns the passages with those of a document that has several better ones at the end."""
    seen: Counter[str] = Counter()
    first: list[Passage] = []
    others: list[Passage] = []
    for passage in passages:
        seen[passage.document_id] += 1
        (first if seen[passage.document_id] <= _FIRST else others).append(passage)
    return (*first, *others)


def _adjacent(one: Passage, other: Passage) -> bool:
    earlier, later = sorted((one, other), key=lambda passage: passage.start)
    gap = later.start - (earlier.start + len(earlier.text))
    return (
        one.document_id == other.document_id
        and one.heading_path == other.heading_path
        and 0 <= gap <= _GAP
        and len(one.text) + len(other.text) <= _LONGEST
    )


def _one(better: Passage, other: Passage) -> Passage:
    earlier, later = sorted((better, other), key=lambda passage: passage.start)
    before = later.start - earlier.start
    return replace(
        better,
        text=earlier.text + "\n" * (before - len(earlier.text)) + later.text,
        start=earlier.start,
        page=earlier.page,
        vectors=_together(earlier.vectors, later.vectors, before),
    )


def _together(one: StoredVectors | None, other: StoredVectors | None, before: int) -> StoredVectors | None:
    if one is None or other is None or one.embedder != other.embedder:
        return None
    return StoredVectors(
        embedder=one.embedder,
        starts=(*one.starts, *(start + before for start in other.starts)),
        ends=(*one.ends, *(end + before for end in other.ends)),
        values=np.concatenate([one.values, other.values]),
        scales=(*one.scales, *other.scales),
    )
