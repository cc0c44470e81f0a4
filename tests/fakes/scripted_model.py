"""A chat model that plays a script."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from services.generation.chat_model import Finished, Piece, WritingTask

Step = Piece | Exception | asyncio.Event


class ScriptedModel:
    """Yields text, waits for events, raises errors, in the order of its script.

    Args:
        steps: What it does; without a `Finished` it breaks off.
        name: What it calls itself.
    """

    def __init__(self, *steps: Step, name: str = "scripted") -> None:
        self._steps = steps
        self._name = name
        self.tasks: list[WritingTask] = []
        self.begun = asyncio.Event()
        self.closed = asyncio.Event()

    @property
    def name(self) -> str:
        return self._name

    async def stream(self, task: WritingTask) -> AsyncGenerator[Piece, None]:
        self.tasks.append(task)
        try:
            for step in self._steps:
                if isinstance(step, asyncio.Event):
                    self.begun.set()
                    await step.wait()
                elif isinstance(step, Exception):
                    raise step
                else:
                    yield step
                    self.begun.set()
        finally:
            self.closed.set()


def saying(*texts: str, name: str = "scripted") -> ScriptedModel:
    """A model that says that and finishes."""
    return ScriptedModel(*texts, Finished("stop"), name=name)
