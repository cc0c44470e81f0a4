"""The port to what documents resemble each other."""

from __future__ import annotations

from typing import Protocol

NEARLY = 0.75
"""From this share of common runs of words on, two documents are nearly the same; see docs/decisions."""


class Resemblance(Protocol):
    """Finds out which documents say the same, or nearly; raises DependencyUnavailable on a broken store."""

    def compare(self, limit: int) -> int:
        """Compares documents that are new or whose like has changed; returns how many it did."""
        ...
