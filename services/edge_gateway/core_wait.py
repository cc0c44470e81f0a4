"""How long a question would wait until the core begins its answer, told from those that went before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from libs.common.clock import Clock

WINDOW_SECONDS = 1.0
"""How far back the pace of the core is looked at, while questions wait."""
FEWEST = 16
"""Answers at least that this takes into account, and as many at most as those of earlier floods count for."""
TOO_FEW = 4
"""Fewer answers say nothing of the pace: a core that begins several at once is silent before that."""
HALF_LIFE_SECONDS = 60.0
"""In which earlier floods lose half of their weight; below one answer's they are forgotten."""


class CoreWait:
    """Watches the core begin answers.

    The pace is a mean over many. A moving average of few is too low every now and then, and that is when a
    flood fills the queue. A flood also begins with quick ones, because the core has nothing else to do yet:
    so what was learned in the last flood counts at the beginning of the next.

    Args:
        clock: Tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting = 0
        self._from = 0.0
        self._ends: deque[float] = deque()
        self._known = _Known()

    def expected(self, answers: int, guess: float) -> float:
        """Returns the seconds until the core will have begun so many more answers.

        Args:
            answers: Those of questions that wait here, and of those that wait in the core (Little, 1961).
            guess: What is expected while the pace of the core is not known.
        """
        return answers * self._apart() or guess

    def note(self) -> None:
        """Notes that the core has begun an answer."""
        if self._waiting:
            self._ends.append(self._clock.monotonic())

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """A question waits for its turn for the length of the block."""
        if not self._waiting:
            self._from = self._clock.monotonic()
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._remember()

    def _remember(self) -> None:
        seen, seconds = self._seen()
        if seen:  # silence without an end says that the core is away, and nothing of its pace
            self._known = self._known.with_more(seen, seconds, self._clock.monotonic())
        self._ends.clear()

    def _seen(self) -> tuple[int, float]:
        """How many answers were begun lately, and in how many seconds."""
        now = self._clock.monotonic()
        while len(self._ends) > FEWEST and self._ends[0] < now - WINDOW_SECONDS:
            self._from = self._ends.popleft()
        return len(self._ends), now - self._from

    def _apart(self) -> float:
        """The seconds between two answers that the core begins while questions wait; 0 where nobody knows."""
        seen, seconds = self._seen() if self._waiting else (0, 0.0)
        known = self._known.with_more(seen, seconds, self._clock.monotonic())
        return known.apart if known.answers >= TOO_FEW else 0.0


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the core's pace: the mean of some answers, of which ever fewer count.

    Attributes:
        answers: How many.
        apart: Seconds from one to the next; 0 where nothing is known.
        at: When that was, on the monotonic clock.
    """

    answers: float = 0.0
    apart: float = 0.0
    at: float = 0.0

    def with_more(self, answers: int, seconds: float, now: float) -> _Known:
        """Returns what is known after so many more in so many seconds."""
        left = min(self.answers, FEWEST) * 0.5 ** ((now - self.at) / HALF_LIFE_SECONDS)
        if left + answers < 1.0:
            return _Known()
        apart = (seconds + left * self.apart) / (left + answers)
        return _Known(left + answers, apart, now)
