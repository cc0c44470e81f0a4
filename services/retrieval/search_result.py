"""What a search found, and what it went without."""

from __future__ import annotations

from dataclasses import dataclass

from services.retrieval.explanation import Explanation
from services.retrieval.found_passage import FoundPassage


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each step.

    Attributes:
        embed: Waiting for the query's vector, which is made while the words are searched.
        search: Searching the vectors and the words, together.
        fuse: Fusing, fetching and ranking.
        total: The whole search.
        rerank: Re-ranking.
    """

    embed: float = 0.0
    search: float = 0.0
    fuse: float = 0.0
    total: float = 0.0
    rerank: float = 0.0


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        passages: Best first.
        degradations: Steps that were gone without, by name.
        timings: How long each step took.
        index_version: The index version that answered; empty before the first build.
        content_revision: Its content revision; 0 before the first build.
        profile: Id of the profile that was used.
        pressure: The level of pressure under which it was made, 0 to 3.
        next_page: Token of the next page; empty on the last one.
        explanation: How it came about, where that was asked for.
    """

    passages: tuple[FoundPassage, ...]
    degradations: tuple[str, ...]
    timings: Timings
    index_version: str
    content_revision: int
    profile: str
    pressure: int = 0
    next_page: str = ""
    explanation: Explanation | None = None
