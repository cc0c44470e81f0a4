"""Recalls the conversation while its question is searched for as it was asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from services.generation.making import Making
from services.generation.memory import Memory
from services.generation.passage import Found
from services.generation.remember import remember
from services.generation.retrieve import LONGEST_SECONDS, retrieve
from services.generation.steps import Step, Steps

REMEMBER = Step("memory", 0.5)
"""Optional: a conversation that cannot be recalled is answered without what came before."""
RETRIEVE = Step("retrieve", LONGEST_SECONDS)
"""Required: without passages there is no answer."""


async def listen(making: Making, steps: Steps) -> tuple[Making, Found]:
    """Returns the answer in the making, now with its memory, and what the question alone finds.

    A question that is too short to tell its language is in the one of the conversation.

    Raises:
        DeadlineExceeded: The search took too long.
        CausewayError: As retrieval raised it.
    """
    remembering = asyncio.create_task(_remember(making, steps))
    try:
        found = await steps.required(RETRIEVE, retrieve(making, making.turn.question))
        if found.degradations:
            making.tally.degraded(*found.degradations)
            making.notify("degraded", "degraded")
        memory = await remembering
    finally:
        remembering.cancel()
    turn = making.turn.after(memory.turns[-1].question) if memory.turns else making.turn
    return replace(making, turn=turn, memory=memory), found


async def _remember(making: Making, steps: Steps) -> Memory:
    at_hand = making.tools.recollection.at_hand(making.turn).memory
    return await steps.optional(REMEMBER, remember(making), at_hand)
