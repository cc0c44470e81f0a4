"""The port to what turns text into the terms of the keyword search."""

from __future__ import annotations

from collections.abc import Collection, Sequence
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

    def of_passage(self, text: str, language: str) -> Words:
        """Returns the terms of a passage's text; there may be none.

        Args:
            text: The text.
            language: Its language, ISO 639-1; may be empty.
        """
        ...

    def of_query(self, text: str, languages: Collection[str] | None) -> Sequence[int]:
        """Returns the different terms of a query; there may be none.

        Args:
            text: The query.
            languages: Those of the passages that are searched; None where they are not known.
        """
        ...
