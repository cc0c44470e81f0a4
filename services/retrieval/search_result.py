"""What a search found, and what it went without."""

from __future__ import annotations

from dataclasses import dataclass

from services.retrieval.passage import Passage


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage of a result.

    Attributes:
        passage: The passage.
        score: What it is ranked by: the fused score, plus the page's boost; comparable in one result.
        fused: The fused score, 0 to 1.
        dense: Cosine with the query, also where only the words found it; None without a query vector.
        bm25: Its BM25 score, None where the words did not find it.
    """

    passage: Passage
    score: float
    fused: float
    dense: float | None
    bm25: float | None


@dataclass(slots=True)
class Timings:
    """Milliseconds spent in each step.

    Attributes:
        embed: Embedding the query, waiting for a thread included.
        search: Searching the vectors and the words, together.
        fuse: Fusing, fetching and ranking.
        total: The whole search.
    """

    embed: float = 0.0
    search: float = 0.0
    fuse: float = 0.0
    total: float = 0.0


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
    """

    passages: tuple[FoundPassage, ...]
    degradations: tuple[str, ...]
    timings: Timings
    index_version: str
    content_revision: int
    profile: str
    pressure: int = 0
