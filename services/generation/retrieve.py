"""Gets the passages for a question."""

from __future__ import annotations

from typing import Protocol

from libs.common.caller import Caller
from libs.common.deadline import HOP_SECONDS, Deadline
from services.generation.passage import Found
from services.generation.question import Question

LONGEST_SECONDS = 5.0
"""Patience with retrieval; a search that takes longer is broken, not slow."""


class Searcher(Protocol):
    """Finds passages on behalf of a caller."""

    async def search(self, caller: Caller, question: Question, profile: str, seconds: float) -> Found:
        """Returns the passages that the caller may see and that match best.

        Args:
            caller: On whose behalf.
            question: What is asked, and where.
            profile: The retrieval profile's id.
            seconds: When to give up.

        Raises:
            CausewayError: As retrieval raised it, or DependencyUnavailable or DeadlineExceeded.
        """
        ...


async def retrieve(
    searcher: Searcher, caller: Caller, question: Question, profile: str, deadline: Deadline
) -> Found:
    """Searches within the answer's deadline, shaved so that there is time to say that it failed.

    Raises:
        DeadlineExceeded: No time is left, or retrieval took too long.
        CausewayError: As retrieval raised it.
    """
    left = deadline.require("retrieval", 2 * HOP_SECONDS)
    return await searcher.search(caller, question, profile, min(left - HOP_SECONDS, LONGEST_SECONDS))
