"""The port to retrieval's database: one SQL, which SQLite and PostgreSQL both understand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Value = str | int | float | bytes | None
Values = Mapping[str, Value]
NOTHING: Values = {}


class Row(Protocol):
    """A row that answers to column names."""

    def __getitem__(self, name: str, /) -> Any:
        """Returns a column's value."""
        ...


class Session(Protocol):
    """Statements with named parameters, `:name`; a statement holds neither `%` nor another colon.

    Every method raises DependencyUnavailable when the database cannot be read or written.
    """

    def rows(self, sql: str, values: Values = NOTHING) -> Sequence[Row]:
        """Returns what a statement finds, or returns."""
        ...

    def change(self, sql: str, values: Values = NOTHING) -> int:
        """Executes a statement and returns how many rows it changed."""
        ...

    def change_each(self, sql: str, many: Sequence[Values]) -> None:
        """Executes a statement once with each of the values."""
        ...

    def stream(self, sql: str, values: Values = NOTHING) -> Iterator[Row]:
        """Returns what a statement finds, row by row; for what does not fit into memory."""
        ...


class Database(Protocol):
    """A database; safe to use from several threads, but not twice at once from one.

    Attributes:
        locking: Ends a SELECT whose rows nobody else shall change until the transaction's end.
        skipping: The same, passing over rows that somebody else holds so.
    """

    locking: str
    skipping: str

    def session(self) -> AbstractContextManager[Session]:
        """Opens a session in which each statement is durable by itself."""
        ...

    def transaction(self) -> AbstractContextManager[Session]:
        """Opens a session whose statements are durable together, or not at all."""
        ...

    def snapshot(self) -> AbstractContextManager[Session]:
        """Opens a session that reads one moment, for long, and stands in nobody's way."""
        ...

    def close(self) -> None:
        """Gives its connections back."""
        ...


def next_revision(session: Session) -> int:
    """Raises the accepted revision by one; only inside a transaction that changes documents.

    Holds off all other changes until the transaction's end, so that revisions become visible in their
    order. To be called before the rows of documents are touched: else two transactions may wait for
    each other.
    """
    (row,) = session.rows(
        "UPDATE ingest_state SET accepted_revision = accepted_revision + 1 RETURNING accepted_revision"
    )
    return int(row["accepted_revision"])


def note_change(session: Session, tenant: str, revision: int) -> None:
    """Records that a tenant's documents last changed with a revision; inside the same transaction."""
    session.change(
        "INSERT INTO tenant_revisions (tenant, revision) VALUES (:tenant, :revision)"
        " ON CONFLICT (tenant) DO UPDATE SET revision = excluded.revision",
        {"tenant": tenant, "revision": revision},
    )


def tenant_revision(session: Session, tenant: str) -> int:
    """Returns the revision of a tenant's last change; 0 when it never had a document."""
    rows = session.rows("SELECT revision FROM tenant_revisions WHERE tenant = :tenant", {"tenant": tenant})
    return int(rows[0]["revision"]) if rows else 0
