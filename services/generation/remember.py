"""Recalls the conversation before a question, and keeps its answer for the questions after it."""

from __future__ import annotations

from services.generation.making import Making
from services.generation.memory import Memory


async def remember(making: Making) -> Memory:
    """Returns what an answer may know of its conversation; tells the reader once that it became too long.

    Raises:
        DependencyUnavailable: The database is away.
        TimeoutError: It is too slow.
    """
    recalled = await making.tools.recollection.recall(making.turn)
    if recalled.trimmed:
        making.notify("conversation_trimmed", "conversation_trimmed")
    return recalled.memory


def keep(making: Making, standalone: str, asked_at: float) -> None:
    """Keeps an answer that has ended, as far as it went; never blocks.

    Args:
        making: The answer.
        standalone: The question as it was searched for; empty where it was searched for as it was asked.
        asked_at: Seconds since the epoch.
    """
    making.tools.recollection.keep(making.turn, standalone, making.log.events, asked_at)
