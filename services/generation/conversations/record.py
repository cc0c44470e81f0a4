"""Makes, out of an answer's events, what is kept of it."""

from __future__ import annotations

from collections.abc import Sequence

from services.generation.conversations.conversation import StoredTurn
from services.generation.events import Citation, Delta, Done, Event, Sources
from services.generation.turn import Turn

FAILED = "error"
"""How a turn ended whose answer failed."""


def record(turn: Turn, standalone: str, events: Sequence[Event], asked_at: float) -> StoredTurn:
    """Returns the turn as far as its answer went.

    Args:
        turn: The question with what shaped its answer.
        standalone: The question as it was searched for; empty where it was searched for as it was asked.
        events: What the reader was sent.
        asked_at: Seconds since the epoch.
    """
    question, done = turn.question, events[-1] if events else None
    return StoredTurn(
        query_id=question.query_id,
        question=_storable(question.text),
        standalone=_storable(standalone or question.text),
        answer=_storable("".join(event.text for event in events if isinstance(event, Delta))),
        finish=done.finish if isinstance(done, Done) else FAILED,
        refusal_kind=done.refusal_kind if isinstance(done, Done) else "",
        language=turn.language,
        variant=question.variant,
        manifest_id=question.manifest_id,
        sources=tuple(card for event in events if isinstance(event, Sources) for card in event.cards),
        citations=tuple(event for event in events if isinstance(event, Citation)),
        asked_at=asked_at,
    )


def _storable(text: str) -> str:
    # No database keeps a NUL, and no encoding half a surrogate pair.
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
