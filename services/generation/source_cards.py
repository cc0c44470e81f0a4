"""Shows a source to the reader."""

from __future__ import annotations

from services.generation.events import SourceCard
from services.generation.passage import Source
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
        url=passage.url,
        heading=passage.heading,
        snippet=_beginning(plain(passage.text[: _MARKUP * _SNIPPET])),
        score=round(passage.score, 4),
    )


def _beginning(text: str) -> str:
    if len(text) <= _SNIPPET:
        return text
    return text[:_SNIPPET].rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"
