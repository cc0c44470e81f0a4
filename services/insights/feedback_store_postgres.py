"""Keeps feedback in PostgreSQL, durable before the reply."""

from __future__ import annotations

from functools import partial

from libs.common.caller import Caller
from libs.common.clock import Clock
from libs.common.errors import Conflict
from libs.common.postgres_database import CONNECTIONS, PostgresDatabase
from services.insights.feedback import Feedback
from services.insights.write_queue import MAX_WAITING, WriteQueue

_INSERT = (
    "INSERT INTO feedback (tenant_id, subject, feedback_id, query_id, vote, rating, labels, comment,"
    " manifest_id, received_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, to_timestamp(%s))"
    " ON CONFLICT (tenant_id, subject, feedback_id) DO NOTHING"
)
_SELECT = (
    "SELECT query_id, vote, rating, labels, comment, manifest_id FROM feedback"
    " WHERE tenant_id = %s AND subject = %s AND feedback_id = %s"
)


class PostgresFeedbackStore:
    """One table, written over as many connections as the database lends.

    Args:
        database: The schema of this service, migrated; the store's own.
        clock: Dates what is received.
        max_waiting: Feedback that may wait for the database before more is refused.
    """

    def __init__(self, database: PostgresDatabase, clock: Clock, max_waiting: int = MAX_WAITING) -> None:
        self._database = database
        self._clock = clock
        self._queue = WriteQueue("feedback-writer", threads=CONNECTIONS, max_waiting=max_waiting)

    async def record(self, caller: Caller, feedback: Feedback) -> bool:
        """Makes feedback durable before it returns, once per (tenant, subject, feedback_id).

        Raises:
            Conflict: Other feedback was recorded under this id.
            DependencyUnavailable: It could not be written, or nobody knows whether it was; sending the
                same again is safe.
            Overloaded: Too much is waiting to be written.
        """
        return await self._queue.run(partial(self._write, caller, feedback))

    def close(self) -> None:
        """Ends what is being written, then closes the connections."""
        self._queue.close()
        self._database.close()

    def _write(self, caller: Caller, feedback: Feedback) -> bool:
        content = (
            feedback.query_id,
            feedback.vote,
            feedback.rating,
            list(feedback.labels),
            feedback.comment,
            feedback.manifest_id,
        )
        key = (*caller.owner, feedback.feedback_id)
        known = None
        with self._database.connection() as connection:
            while known is None:  # a second round only if the row that was in the way is erased meanwhile
                if connection.execute(_INSERT, (*key, *content, self._clock.now())).rowcount:
                    return False
                known = connection.execute(_SELECT, key).fetchone()
        if known != content:
            raise Conflict("Other feedback was recorded under this feedback_id; choose a new one.")
        return True
