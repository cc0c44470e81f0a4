"""The port to what turns text into the terms of the keyword search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Words:
    """The terms of a passage.

    Attributes:
        terms: Its different terms, each a 32-bit number.
        weights: For each, how much it counts in this passage: BM25 without the rareness.
    """

    terms: Sequence[int]
    weights: Sequence[float]


class KeywordEncoder(Protocol):
    """Makes terms; one for every kind of index, so that all rank alike."""

    def of_passage(self, text: str) -> Words:
        """Returns the terms of a passage's text; there may be none."""
        ...

    def of_query(self, text: str) -> Sequence[int]:
        """Returns the different terms of a query; there may be none."""
        ...
