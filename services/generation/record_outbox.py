"""Holds answer records until insights has them; no answer ever waits for that."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from libs.common.answer_record import AnswerRecord
from libs.common.caller import Caller
from libs.common.errors import CausewayError
from libs.common.logs import logger
from libs.common.metrics import ANSWER_RECORDS

log = logger(__name__)

Keeping = Literal["full", "without_question", "none"]
"""What a tenant lets be kept."""

_MAX_WAITING = 5000
"""At 50 answers a second, a minute and a half without insights; some ten megabytes."""
_BATCH = 32
_GATHER_SECONDS = 0.25
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0


class RecordSender(Protocol):
    """Brings a record to insights."""

    async def send(self, caller: Caller, record: AnswerRecord) -> None:
        """Returns once it is durable; sending it again changes nothing.

        Raises:
            CausewayError: It is not, or nobody knows; `retryable` says whether to try again.
        """
        ...


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A record and the visitor it is about."""

    caller: Caller
    record: AnswerRecord


class RecordOutbox:
    """A bounded queue with one task that empties it in batches, and tries again while insights is away.

    Args:
        sender: Brings records to insights.
        keeping: Tells what a tenant lets be kept.
        max_waiting: Records that may wait; then the oldest is lost.
    """

    def __init__(
        self, sender: RecordSender, keeping: Callable[[str], Keeping], max_waiting: int = _MAX_WAITING
    ) -> None:
        self._sender = sender
        self._keeping = keeping
        self._max_waiting = max_waiting
        self._waiting: deque[Outgoing] = deque()
        self._some = asyncio.Event()

    def offer(self, caller: Caller, record: AnswerRecord) -> None:
        """Takes a record, or what of it the visitor and the tenant let be kept; never waits, never fails."""
        keeping = self._keeping(caller.tenant) if caller.privacy.analytics else "none"
        if keeping == "none":
            ANSWER_RECORDS.labels("withheld").inc()
            return
        if keeping == "without_question":
            record = replace(record, question="")
        self._waiting.append(Outgoing(caller, record))
        self._drop_excess()
        self._some.set()

    async def run(self) -> None:
        """Sends what waits, until cancelled."""
        pause = _FIRST_PAUSE_SECONDS
        while True:
            await self._some.wait()
            # The answer's last event is on its way to the reader first, and more records come together.
            await asyncio.sleep(_GATHER_SECONDS)
            while self._waiting:
                if await self._send_some():
                    pause = _FIRST_PAUSE_SECONDS
                else:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            self._some.clear()

    async def flush(self, seconds: float) -> None:
        """Sends what still waits, for so long; what insights does not take at once is lost."""
        try:
            async with asyncio.timeout(seconds):
                while self._waiting and await self._send_some():
                    pass
        except TimeoutError:
            pass
        if self._waiting:
            log.warning("answer_records_lost", count=len(self._waiting))
            ANSWER_RECORDS.labels("lost").inc(len(self._waiting))
            self._waiting.clear()

    async def _send_some(self) -> bool:
        """Sends a batch at once; returns whether insights is there. What it did not take waits in front."""
        batch = [self._waiting.popleft() for _ in range(min(_BATCH, len(self._waiting)))]
        left = deque(batch)
        try:
            taken = await asyncio.gather(*(self._send(each) for each in batch))
            left = deque(each for each, done in zip(batch, taken, strict=True) if not done)
        finally:  # a batch that is cancelled may have arrived: sending it again changes nothing
            self._waiting.extendleft(reversed(left))
            self._drop_excess()
        return not left

    async def _send(self, outgoing: Outgoing) -> bool:
        """Returns whether this record needs no further attempt."""
        try:
            await self._sender.send(outgoing.caller, outgoing.record)
        except CausewayError as error:
            if error.retryable:
                return False
            log.warning("answer_record_refused", query_id=outgoing.record.query_id, kind=error.kind)
            ANSWER_RECORDS.labels("lost").inc()
        else:
            ANSWER_RECORDS.labels("sent").inc()
        return True

    def _drop_excess(self) -> None:
        while len(self._waiting) > self._max_waiting:
            self._waiting.popleft()
            ANSWER_RECORDS.labels("lost").inc()
