"""Gets the passages for a question."""

from __future__ import annotations

from libs.common.deadline import HOP_SECONDS
from services.generation.making import Making
from services.generation.passage import Found
from services.generation.question import Question

LONGEST_SECONDS = 5.0
"""Patience with retrieval; a search that takes longer is broken, not slow."""


async def retrieve(making: Making, question: Question) -> Found:
    """Searches within the answer's deadline, shaved so that there is time to say that it failed.

    Args:
        making: The answer in the making.
        question: What is looked for: the turn's question, or what it was rewritten to.

    Raises:
        DeadlineExceeded: No time is left, or retrieval took too long.
        CausewayError: As retrieval raised it.
    """
    turn, clock = making.turn, making.tools.clock
    left = turn.deadline.require("retrieval", 2 * HOP_SECONDS)
    patience = min(left - HOP_SECONDS, LONGEST_SECONDS)
    started = clock.monotonic()
    try:
        return await making.tools.searcher.search(
            turn.caller, question, turn.manifest.retrieval_profile, patience
        )
    finally:
        making.tally.retrieval_ms += (clock.monotonic() - started) * 1000.0
