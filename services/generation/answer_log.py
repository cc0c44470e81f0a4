"""The log of one answer: what is not in it was never sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from libs.common.clock import Clock
from services.generation.events import Delta, Done, Event, Failure

_BATCH = 256
"""Events sent together at most, so that a long answer that is resumed fits its messages."""

Numbered = tuple[int, Event]
"""An event with its number: from 1, without gaps."""


class AnswerLog:
    """Numbers the events of an answer and keeps them for every reader, early or late."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: list[Event] = []
        self._grown = asyncio.Event()
        self._readers = 0
        self._unread_since: float | None = clock.monotonic()

    @property
    def last_seq(self) -> int:
        """Number of the newest event; 0 before the first."""
        return len(self._events)

    @property
    def events(self) -> tuple[Event, ...]:
        """Every event so far, in order."""
        return tuple(self._events)

    @property
    def ended(self) -> bool:
        """Whether the last event is there."""
        return bool(self._events) and isinstance(self._events[-1], Done | Failure)

    @property
    def unread_seconds(self) -> float:
        """How long nobody has been reading; 0 while somebody is."""
        return 0.0 if self._unread_since is None else self._clock.monotonic() - self._unread_since

    def append(self, event: Event) -> int:
        """Adds an event and wakes the readers; returns its number."""
        assert not self.ended, "nothing follows the last event"
        self._events.append(event)
        self._grown.set()
        return len(self._events)

    async def read(
        self, after_seq: int, pause: Callable[[], float]
    ) -> AsyncGenerator[Sequence[Numbered], None]:
        """Yields the events after a number, then the live ones, until the last.

        Args:
            after_seq: The last event that the reader has; 0 for all.
            pause: Seconds to gather events before they are sent on, asked before each batch. The
                first text of an answer never waits.
        """
        self._arrive()
        try:
            seq, has_text = after_seq, after_seq > 0
            while not (self.ended and seq >= self.last_seq):
                if seq >= self.last_seq:
                    self._grown.clear()
                    await self._grown.wait()
                if has_text and not self.ended and (seconds := pause()) > 0:
                    await asyncio.sleep(seconds)
                batch = self._events[seq : seq + _BATCH]
                yield [(seq + place, event) for place, event in enumerate(batch, 1)]
                seq += len(batch)
                has_text = has_text or any(isinstance(event, Delta) for event in batch)
        finally:
            self._leave()

    def _arrive(self) -> None:
        self._readers += 1
        self._unread_since = None

    def _leave(self) -> None:
        self._readers -= 1
        if self._readers == 0:
            self._unread_since = self._clock.monotonic()
