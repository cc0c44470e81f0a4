"""Says politely that there is no answer, and where the nearest thing to one stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from services.generation.passage import Source
from services.generation.phrases import listed, phrase

_NAMED = 3


def refusal(kind: Literal["off_topic", "unsupported"], sources: Sequence[Source], language: str) -> str:
    """Returns the text of a refusal.

    Args:
        kind: Why there is no answer.
        sources: The nearest sources, best first; the first few are named, none when there are none.
        language: ISO 639-1 code of the reader's language.
    """
    titles = list(dict.fromkeys(source.passage.title for source in sources if source.passage.title))[:_NAMED]
    if not titles:
        return phrase(kind, language)
    nearest = phrase("nearest", language).format(titles=listed(titles, language))
    return f"{phrase(kind, language)} {nearest}"
