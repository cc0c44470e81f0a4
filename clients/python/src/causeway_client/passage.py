"""A passage as it was found or fetched."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Scores:
    """What each stage of a search gave a passage; None where a stage did not see it.

    Attributes:
        dense: Cosine similarity of the query's and the passage's vectors, -1 to 1.
        bm25: Score of the keyword search.
        fused: What both make together, 0 to 1.
        rerank: Score of the re-ranking model; comparable only within one result.
    """

    dense: float | None = None
    bm25: float | None = None
    fused: float | None = None
    rerank: float | None = None


@dataclass(frozen=True, slots=True)
class SentenceVectors:
    """The vectors of a passage's sentences, a signed byte a number.

    Attributes:
        embedder: Identity of the model; vectors of another one do not compare with these.
        dimensions: Numbers of one vector.
        spans: First character and one past the last of each sentence, in the passage's text.
        values: All vectors, one after the other.
        scales: What the numbers of each vector are to be multiplied by.
    """

    embedder: str
    dimensions: int
    spans: tuple[tuple[int, int], ...]
    values: bytes
    scales: tuple[float, ...]

    def vector(self, sentence: int) -> tuple[float, ...]:
        """The vector of a sentence, of length 1.

        Args:
            sentence: Its place, from 0.
        """
        numbers = struct.unpack_from(f"{self.dimensions}b", self.values, sentence * self.dimensions)
        return tuple(number * self.scales[sentence] for number in numbers)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document.

    Attributes:
        passage_id: Its stable id.
        document_id: The document that it is a part of.
        uri: The document's identity within its source.
        title: The document's title.
        heading_path: The headings above it, outermost first.
        text: Its text; empty unless asked for.
        score: The final score; comparable only within one result. 0 for a passage that was fetched by id.
        scores: The score of each stage.
        start: First character in the document's text.
        end: One past the last.
        updated_at: When the document last changed, where that is known.
        url: The document's public address with an anchor; empty if it has none.
        page: Page or slide on which it begins, from 1; None where there are no pages.
        language: ISO 639-1; empty where it cannot be told.
        tags: What its document is about.
        product: The product that its document describes; may be empty.
        version: The version of that product; may be empty.
        joined_ids: The neighbours that were joined into it, itself among them; empty where none were.
        neighbour_ids: Passages beside it that were found too and are not part of the result.
        sentence_vectors: The vectors of its sentences, if they were asked for and are made.
    """

    passage_id: str
    document_id: str
    uri: str
    title: str
    heading_path: tuple[str, ...] = ()
    text: str = ""
    score: float = 0.0
    scores: Scores = field(default_factory=Scores)
    start: int = 0
    end: int = 0
    updated_at: datetime | None = None
    url: str = ""
    page: int | None = None
    language: str = ""
    tags: tuple[str, ...] = ()
    product: str = ""
    version: str = ""
    joined_ids: tuple[str, ...] = ()
    neighbour_ids: tuple[str, ...] = ()
    sentence_vectors: SentenceVectors | None = None
