"""Says politely that there is no answer, and where the nearest thing to one stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from libs.common.manifest import Link
from services.generation.passage import Source
from services.generation.phrases import listed, phrase

_NAMED = 3


def refusal(
    kind: Literal["off_topic", "unsupported"],
    sources: Sequence[Source],
    language: str,
    handoff: Link | None = None,
) -> str:
    """Returns the text of a refusal, with what the reader can do next.

    Args:
        kind: Why there is no answer.
        sources: The nearest sources, best first; the first few are named, none when there are none.
        language: ISO 639-1 code of the reader's language.
        handoff: Where the tenant's people help; None where it names nothing.
    """
    parts = [phrase(kind, language)]
    titles = list(dict.fromkeys(source.passage.title for source in sources if source.passage.title))[:_NAMED]
    if titles:
        parts.append(phrase("nearest", language).format(titles=listed(titles, language)))
    if handoff is not None:
        parts.append(phrase("handoff", language).format(link=_markdown(handoff)))
    return " ".join(parts)


def _markdown(link: Link) -> str:
    label = link.label.replace("[", "(").replace("]", ")")
    return f"[{label}]({link.url.replace(')', '%29')})"
