"""A searcher that finds what a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from libs.common.caller import Caller
from services.generation.passage import Found, Passage
from services.generation.question import Question


class ScriptedSearcher:
    """Finds the same passages for every question, fails, or waits.

    Args:
        passages: What is found, best first.
    """

    def __init__(self, *passages: Passage) -> None:
        self.found = Found(passages, "main")
        self.failure: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.on_search: Callable[[], object] = lambda: None
        self.asked: list[tuple[Caller, Question, str, float]] = []

    async def search(self, caller: Caller, question: Question, profile: str, seconds: float) -> Found:
        self.asked.append((caller, question, profile, seconds))
        self.on_search()
        if self.gate is not None:
            await self.gate.wait()
        if self.failure is not None:
            raise self.failure
        return self.found
