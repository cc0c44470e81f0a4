"""The revisions in retrieval's database, which is one SQL for SQLite and PostgreSQL."""

from __future__ import annotations

from libs.common.database import NOTHING as NOTHING
from libs.common.database import Database as Database
from libs.common.database import Row as Row
from libs.common.database import Session as Session
from libs.common.database import Value as Value
from libs.common.database import Values as Values


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
