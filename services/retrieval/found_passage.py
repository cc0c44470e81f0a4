"""A passage that a search found, with what each stage gave it."""

from __future__ import annotations

from dataclasses import dataclass

from services.retrieval.neighbours import Part
from services.retrieval.passage import Passage


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage of a result, or a candidate for one.

    Attributes:
        passage: The passage.
        score: What it is ranked by: the fused score, plus the page's boost; comparable in one result.
        fused: The fused score, 0 to 1.
        dense: Cosine with the query, also where only the words found it; None without a query vector.
        bm25: Its BM25 score, None where the words did not find it.
        boost: What it gained for being of the visitor's page.
        rerank: What the re-ranking model gave it, None where that did not look at it.
        parts: The passages that were joined into this one, in the order of the document; none for one that
            is as it lies in the index.
        neighbours: Ids of passages beside it that were found too and are not on the page.
    """

    passage: Passage
    score: float
    fused: float
    dense: float | None
    bm25: float | None
    boost: float = 0.0
    rerank: float | None = None
    parts: tuple[Part, ...] = ()
    neighbours: tuple[str, ...] = ()
