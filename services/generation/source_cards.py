"""Shows a source to the reader."""

from __future__ import annotations

from services.generation.events import SourceCard
from services.generation.passage import Passage, Source
from services.generation.plain_text import plain

_SNIPPET = 200
"""Characters of a passage that a card shows."""
_MARKUP = 4
"""Times as much is read, since markup takes room."""


def source_card(source: Source) -> SourceCard:
    """Returns the card of a source, with the beginning of its text."""
    passage = source.passage
    return SourceCard(
        n=source.n,
        passage_id=passage.passage_id,
        title=passage.title,
        url=_address(passage),
        heading=passage.heading,
        snippet=_beginning(plain(passage.text[: _MARKUP * _SNIPPET])),
        score=round(passage.score, 4),
        page=passage.page,
    )


def _address(passage: Passage) -> str:
    """The address of a passage; in a PDF with its page, as browsers understand it (RFC 8118)."""
    url = passage.url
    path = url.partition("?")[0].lower()
    return f"{url}#page={passage.page}" if passage.page and "#" not in url and path.endswith(".pdf") else url


def _beginning(text: str) -> str:
    if len(text) <= _SNIPPET:
        return text
    return text[:_SNIPPET].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"
