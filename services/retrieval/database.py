"""Retrieval's SQLite file: documents, passages, vectors, and how far the ingest has come."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from libs.common.sqlite_database import open_database

MIGRATIONS = Path(__file__).parent / "migrations"


def open_retrieval_database(path: Path) -> sqlite3.Connection:
    """Opens a connection to the file; each store takes one of its own.

    Raises:
        DependencyUnavailable: It cannot be opened; the detail says what to do.
        Conflict: It belongs to another version of the program.
    """
    return open_database(path, MIGRATIONS)


def next_revision(connection: sqlite3.Connection) -> int:
    """Raises the accepted revision by one; only inside a transaction that changes documents."""
    row = connection.execute(
        "UPDATE ingest_state SET accepted_revision = accepted_revision + 1 RETURNING accepted_revision"
    ).fetchone()
    return int(row["accepted_revision"])


def note_change(connection: sqlite3.Connection, tenant: str, revision: int) -> None:
    """Records that a tenant's documents last changed with a revision; inside the same transaction."""
    connection.execute(
        "INSERT INTO tenant_revisions (tenant, revision) VALUES (?, ?)"
        " ON CONFLICT (tenant) DO UPDATE SET revision = excluded.revision",
        (tenant, revision),
    )


def tenant_revision(connection: sqlite3.Connection, tenant: str) -> int:
    """Returns the revision of a tenant's last change; 0 when it never had a document."""
    row = connection.execute("SELECT revision FROM tenant_revisions WHERE tenant = ?", (tenant,)).fetchone()
    return int(row["revision"]) if row else 0
