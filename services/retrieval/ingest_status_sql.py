"""How far the ingest has come, read from SQL."""

from __future__ import annotations

from collections.abc import Sequence

from libs.common.clock import Clock
from services.retrieval.database import Database, Row, tenant_revision
from services.retrieval.documents import Backlog, Progress, StateCounts

SILENT_SECONDS = 900.0
"""A worker that has said nothing for so long is not there; a large build says nothing for minutes."""

_BUSIEST_FIRST = ("publishing", "building", "embedding", "parsing", "idle")
_STATES = "SELECT state, count(*) AS documents FROM documents {narrowed} GROUP BY state"


class SqlIngestStatus:
    """An `IngestStatus`; safe to call from several threads.

    Args:
        database: Retrieval's database.
        clock: Tells which workers have fallen silent.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def counts(self, tenant: str) -> StateCounts:
        """Returns how many documents are in each state."""
        with self._database.session() as session:
            sql = _STATES.format(narrowed="WHERE tenant = :tenant")
            return _counts(session.rows(sql, {"tenant": tenant}))

    def progress(self) -> Progress:
        """Returns what the ingest workers are doing, for all tenants together."""
        heard = self._clock.now() - SILENT_SECONDS
        with self._database.session() as session:
            rows = session.rows("SELECT * FROM workers WHERE seen_at >= :heard", {"heard": heard})
        for phase in _BUSIEST_FIRST:
            if working := [row for row in rows if row["phase"] == phase]:
                return _together(working)
        return Progress()

    def accepted_revision(self, tenant: str) -> int:
        """Returns the content revision at which all that the tenant changed so far is served."""
        with self._database.session() as session:
            return tenant_revision(session, tenant)

    def backlog(self) -> Backlog:
        """Returns what waits, for all tenants together."""
        with self._database.session() as session:
            counts = _counts(session.rows(_STATES.format(narrowed="")))
            (oldest,) = session.rows(
                "SELECT min(pending_since) AS since FROM documents WHERE state = 'pending'"
            )
        return Backlog(counts, oldest["since"])


def _counts(rows: Sequence[Row]) -> StateCounts:
    return StateCounts(**{row["state"]: row["documents"] for row in rows})


def _together(rows: list[Row]) -> Progress:
    """Adds up workers in the same phase: each counts what it did, and what all of them have before them."""
    done = sum(row["done"] for row in rows)
    left = max(row["total"] - row["done"] for row in rows)
    return Progress(rows[0]["phase"], done, done + left, sum(row["rate"] for row in rows))
