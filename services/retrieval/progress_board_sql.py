"""The progress board in SQL."""

from __future__ import annotations

from libs.common.clock import Clock
from services.retrieval.database import Database
from services.retrieval.documents import Progress

_POST = """
INSERT INTO workers (worker, phase, done, total, rate, seen_at)
VALUES (:worker, :phase, :done, :total, :rate, :now)
ON CONFLICT (worker) DO UPDATE SET phase = excluded.phase, done = excluded.done, total = excluded.total,
    rate = excluded.rate, seen_at = excluded.seen_at
"""


class SqlProgressBoard:
    """A `ProgressBoard` that the serving processes read.

    Args:
        database: Retrieval's database.
        worker: Name of this worker.
        clock: Tells when it was there.
    """

    def __init__(self, database: Database, worker: str, clock: Clock) -> None:
        self._database = database
        self._worker = worker
        self._clock = clock

    def post(self, progress: Progress) -> None:
        """Shows it; an empty phase means that the worker leaves."""
        with self._database.session() as session:
            if not progress.phase:
                session.change("DELETE FROM workers WHERE worker = :worker", {"worker": self._worker})
                return
            session.change(
                _POST,
                {
                    "worker": self._worker,
                    "phase": progress.phase,
                    "done": progress.done,
                    "total": progress.total,
                    "rate": progress.rate,
                    "now": self._clock.now(),
                },
            )
