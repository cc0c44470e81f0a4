"""Passages that follow one another in their document: told, and joined into one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.retrieval.passage import Passage

WIDEST_GAP = 160
"""Characters that may stand between neighbours: a heading or two, never a passage."""
MOST_JOINED = 3
"""Passages that are joined into one, at most."""


@dataclass(frozen=True, slots=True)
class Part:
    """A passage that was joined into another one.

    Attributes:
        passage: The passage as it lies in the index.
        at: Where its text begins in the text of all.
    """

    passage: Passage
    at: int


def are_neighbours(one: Passage, other: Passage) -> bool:
    """Whether two passages follow one another in the same document, in either order."""
    if one.document_id != other.document_id or one.tenant != other.tenant:
        return False
    first, second = sorted((one, other), key=lambda passage: passage.start)
    return 0 <= second.start - first.end <= WIDEST_GAP


def join(kept: Passage, others: Sequence[Passage]) -> tuple[Passage, tuple[Part, ...]]:
    """Joins neighbours into one passage.

    The text of each later one comes behind an empty line, under its innermost heading where that is
    another one than before.

    Args:
        kept: The one whose id, headings and address the whole keeps.
        others: Its neighbours, and theirs.

    Returns:
        The whole, and its parts in the order of the document.
    """
    ordered = sorted((kept, *others), key=lambda passage: passage.start)
    text, parts = "", []
    for place, passage in enumerate(ordered):
        if place:
            before = ordered[place - 1]
            text += "\n\n"
            if passage.heading_path and passage.heading_path != before.heading_path:
                text += f"{passage.heading_path[-1]}\n"
        parts.append(Part(passage, len(text)))
        text += passage.text
    whole = replace(
        kept, text=text, start=ordered[0].start, end=ordered[-1].end, page=ordered[0].page or kept.page
    )
    return whole, tuple(parts)
