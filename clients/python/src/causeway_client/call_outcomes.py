"""What became of the latest calls to a service, and whether one more should be sent.

Adaptive throttling as in chapter 21 of Google's Site Reliability Engineering ("Handling Overload"): a call
is refused with the probability `max(0, (requests - K * accepts) / (requests + 1))`. What differs, and why, is
in docs/decisions/0034-refused-before-it-is-sent.md.
"""

from __future__ import annotations

from causeway_client.sliding_count import SlidingCount

K = 1.25
"""Calls sent for each that is accepted. What is above 1 finds out whether there is more room."""
WINDOW_SECONDS = 1.0
"""For so long an outcome counts, and thus a flood is felt after its end."""
CAREFUL_SECONDS = 2.0
"""For so long after a refusal, what is under way is bounded: the next one may be slow to come."""
LONGEST_PAUSE_SECONDS = 1.0
"""However much is refused, one call goes out after so long."""

_SLOTS = 10
_RECENT_SLOTS = 3
_SHORTEST_PAUSE_SECONDS = 0.05
_MOST_DOUBLINGS = 10


class CallOutcomes:
    """The calls of one method on behalf of one tenant; times are seconds on a clock that never goes back.

    A call counts when its outcome is known: what is under way must not look like what was not accepted.
    """

    __slots__ = (
        *("_accepted", "_asked", "_pause", "_refused", "_refused_at", "_refused_in_a_row"),
        *("_sent_at", "_under_way"),
    )

    def __init__(self) -> None:
        self._asked = SlidingCount(WINDOW_SECONDS, _SLOTS)
        self._accepted = SlidingCount(WINDOW_SECONDS, _SLOTS)
        self._refused = SlidingCount(WINDOW_SECONDS, _SLOTS)
        self._refused_in_a_row = 0
        self._refused_at = -CAREFUL_SECONDS
        self._pause = 0.0
        self._sent_at = 0.0
        self._under_way = 0

    def may_send(self, now: float, chance: float) -> bool:
        """Decides about a call; one that is sent must be accepted, refused or given up later.

        Args:
            now: The time.
            chance: Any number from 0 to below 1, each as likely as the others.
        """
        likely = self._is_open(now) or chance >= self._share_refused(now)
        if self._is_due(now) or (likely and not self._is_crowded(now)):
            self._sent_at = now
            self._under_way += 1
            return True
        self._asked.add(now)
        return False

    def accept(self, now: float) -> None:
        """Notes that the service took a call."""
        self._under_way -= 1
        self._asked.add(now)
        self._accepted.add(now)
        self._refused_in_a_row = 0

    def refuse(self, now: float, pause: float) -> None:
        """Notes that the service had no room for a call, and after how many seconds one should ask again."""
        self._under_way -= 1
        self._asked.add(now)
        self._refused.add(now)
        self._refused_in_a_row = min(self._refused_in_a_row + 1, _MOST_DOUBLINGS)
        self._refused_at = now
        self._pause = pause

    def give_up(self) -> None:
        """Notes that nobody will know what became of a call."""
        self._under_way -= 1

    def retry_after(self, now: float) -> float:
        """Returns the seconds that the service asked for last, or until the next call goes out, if longer."""
        if self._accepted.total(now):
            return self._pause
        return max(self._pause, self._sent_at + self._patience(now) - now)

    def _is_open(self, now: float) -> bool:
        return self._refused_in_a_row == 0 and self._refused.total(now) == 0

    def _is_crowded(self, now: float) -> bool:
        """More is under way than a second's worth of what is accepted, and one."""
        if now - self._refused_at >= CAREFUL_SECONDS:
            return False
        return self._under_way > self._accepted.total(now)

    def _is_due(self, now: float) -> bool:
        return now - self._sent_at >= self._patience(now)

    def _patience(self, now: float) -> float:
        # While the service takes nothing: what it asked for, and twice as long after each further refusal.
        if self._accepted.total(now) or not self._refused_in_a_row:
            return LONGEST_PAUSE_SECONDS
        first = max(self._pause, _SHORTEST_PAUSE_SECONDS)
        return min(first * 2.0 ** (self._refused_in_a_row - 1), LONGEST_PAUSE_SECONDS)

    def _share_refused(self, now: float) -> float:
        accepted = self._accepted.total(now)
        if accepted == 0:
            return 1.0
        # The fewer of the two: after a flood, what was asked during it must not be held against the present.
        asked = min(self._asked.total(now), self._asked.recent(now, _RECENT_SLOTS))
        return max(0.0, (asked - K * accepted) / (asked + 1.0))
