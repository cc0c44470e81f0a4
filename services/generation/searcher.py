"""The port through which an answer gets its passages."""

from __future__ import annotations

from typing import Protocol

from libs.common.caller import Caller
from services.generation.passage import Found
from services.generation.question import Question


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
