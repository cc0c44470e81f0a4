"""Keeps feedback in SQLite, durable before the reply."""

from __future__ import annotations

import json
import sqlite3
from functools import partial

from libs.common.caller import Caller
from libs.common.clock import Clock
from libs.common.errors import Conflict
from libs.common.sqlite_database import transaction
from services.insights.feedback import Feedback
from services.insights.write_queue import MAX_WAITING, WriteQueue

_INSERT = (
    "INSERT INTO feedback (tenant_id, subject, feedback_id, query_id, vote, rating, labels, comment,"
    " manifest_id, received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (tenant_id, subject, feedback_id) DO NOTHING"
)
_SELECT = (
    "SELECT query_id, vote, rating, labels, comment, manifest_id FROM feedback"
    " WHERE tenant_id = ? AND subject = ? AND feedback_id = ?"
)


class SqliteFeedbackStore:
    """One table, written by one thread.

    Args:
        connection: A database with this service's migrations and synchronous = FULL; the store's own.
        clock: Dates what is received.
        max_waiting: Feedback that may wait for the disk before more is refused.
    """

    def __init__(self, connection: sqlite3.Connection, clock: Clock, max_waiting: int = MAX_WAITING) -> None:
        self._connection = connection
        self._clock = clock
        self._queue = WriteQueue("feedback-writer", threads=1, max_waiting=max_waiting)

    async def record(self, caller: Caller, feedback: Feedback) -> bool:
        """Makes feedback durable before it returns, once per (tenant, subject, feedback_id).

        Raises:
            Conflict: Other feedback was recorded under this id.
            DependencyUnavailable: It could not be written.
            Overloaded: Too much is waiting to be written.
        """
        return await self._queue.run(partial(self._write, caller, feedback))

    def close(self) -> None:
        """Ends what is being written, then closes the database."""
        self._queue.close()
        self._connection.close()

    def _write(self, caller: Caller, feedback: Feedback) -> bool:
        content = (
            feedback.query_id,
            feedback.vote,
            feedback.rating,
            json.dumps(feedback.labels, ensure_ascii=False),
            feedback.comment,
            feedback.manifest_id,
        )
        key = (*caller.owner, feedback.feedback_id)
        with transaction(self._connection):
            added = self._connection.execute(_INSERT, (*key, *content, self._clock.now())).rowcount
            known = None if added else self._connection.execute(_SELECT, key).fetchone()
        if known is not None and tuple(known) != content:
            raise Conflict("Other feedback was recorded under this feedback_id; choose a new one.")
        return known is not None
