"""A passage as retrieval returns it, the raw material of an answer."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.generation.stored_vectors import StoredVectors

_LONGEST_HEADING = 60
"""Characters of one heading among several, as it is shown."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One passage that was found.

    Attributes:
        passage_id: Its stable id.
        document_id: The document that it is a part of.
        uri: The document's uri.
        title: The document's title.
        heading_path: The headings above it, outermost first.
        text: Its words as they stand in the document, Markdown where the document is.
        score: Retrieval's final score; comparable only within one search.
        dense: Cosine of question and passage, -1 to 1; None where the vectors were not searched.
        start: First character of the passage in the document's text.
        url: The document's public address, with an anchor where there is one; may be empty.
        language: Its language, ISO 639-1; empty where it could not be told.
        page: Page or slide on which it begins, from 1; 0 where the document has none.
        vectors: Those of its sentences, where they were asked for and are there.
    """

    passage_id: str
    document_id: str
    uri: str
    title: str
    heading_path: tuple[str, ...]
    text: str
    score: float
    dense: float | None = None
    start: int = 0
    url: str = ""
    language: str = ""
    page: int = 0
    vectors: StoredVectors | None = field(default=None, compare=False, repr=False)

    @property
    def heading(self) -> str:
        """The headings above it, joined for reading; long ones, as a table's first row, are shortened."""
        return " › ".join(_shortened(part) for part in self.heading_path)


def _shortened(heading: str) -> str:
    if len(heading) <= _LONGEST_HEADING:
        return heading
    cut = heading[: _LONGEST_HEADING - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" |,;:-") + "…"


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought.

    Attributes:
        passages: Best first.
        index_version: The index that answered.
        degradations: Steps that retrieval skipped, by name.
        pressure: How busy retrieval is, 0 to 4.
    """

    passages: tuple[Passage, ...]
    index_version: str = ""
    degradations: tuple[str, ...] = field(default=())
    pressure: int = 0


@dataclass(frozen=True, slots=True)
class Source:
    """A passage with the number under which the answer may cite it.

    Attributes:
        n: Its number, from 1.
        passage: The passage.
        text: The part of the passage that is offered; all of it where it fits.
    """

    n: int
    passage: Passage
    text: str
