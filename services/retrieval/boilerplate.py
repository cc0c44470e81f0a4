"""Pages that say nothing of their own: most of their lines stand in many others too."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

COMMON = 5
"""A line that so many documents hold is nobody's own."""
SHARE = 0.8
"""From this share of common characters on, a page is boilerplate."""
_FEWEST_CHARACTERS = 20

Lines = tuple[tuple[bytes, int], ...]
"""Digest and length of each line of a document that is long enough to count, each once."""


def lines_of(texts: Iterable[str]) -> Lines:
    """Returns the lines of a document's passages."""
    lines = {" ".join(line.split()).casefold() for text in texts for line in text.split("\n")}
    return tuple(
        (hashlib.blake2b(line.encode("utf-8", "surrogatepass"), digest_size=8).digest(), len(line))
        for line in sorted(lines)
        if len(line) >= _FEWEST_CHARACTERS
    )


def boilerplate(pages: Mapping[str, Lines]) -> dict[str, float]:
    """Returns the pages that hold next to nothing of their own, each with the share that is common, 0 to 1.

    Args:
        pages: The lines of each document, by its id; documents with the same text only once.
    """
    holders = Counter(digest for lines in pages.values() for digest, _ in lines)
    found = {}
    for document_id, lines in pages.items():
        total = sum(length for _, length in lines)
        common = sum(length for digest, length in lines if holders[digest] >= COMMON)
        if total and common / total >= SHARE:
            found[document_id] = common / total
    return found
