"""Words, rows and pages of a PDF, as they stand."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

CELL_GAP = 1.4
"""Gap between two words, in sizes of their font, from which on they stand in different cells."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page, in points from the lower left of the page as its text stands; y is its baseline."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    bold: bool = False


@dataclass(slots=True)
class Row:
    """Words on one baseline, in reading order.

    Attributes:
        words: The words.
        page: Its page, from 1.
        hyphen: Its last word goes on in the next row.
    """

    words: list[Word]
    page: int
    hyphen: bool = False

    @property
    def x0(self) -> float:
        """Its left end."""
        return min(word.x0 for word in self.words)

    @property
    def x1(self) -> float:
        """Its right end."""
        return max(word.x1 for word in self.words)

    @property
    def y(self) -> float:
        """Its baseline."""
        return self.words[0].y

    @property
    def size(self) -> float:
        """The size of its largest font."""
        return max(word.size for word in self.words)

    @property
    def bold(self) -> bool:
        """Whether it is bold from one end to the other."""
        return self.words[0].bold and self.words[-1].bold

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(word.text for word in self.words)

    def cells(self) -> list[list[Word]]:
        """Its words in groups that stand apart."""
        groups = [[self.words[0]]]
        for before, word in pairwise(self.words):
            gap = max(word.x0 - before.x1, before.x0 - word.x1)
            if gap > CELL_GAP * max(before.size, word.size):
                groups.append([])
            groups[-1].append(word)
        return groups


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its rows in the order in which the file has them, and its height in points."""

    number: int
    height: float
    rows: list[Row]
