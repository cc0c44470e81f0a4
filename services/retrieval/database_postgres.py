"""Retrieval's database as a schema in PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from libs.common.clock import Clock
from libs.common.database_postgres import PostgresSchema
from libs.common.postgres_database import CONNECTIONS

SCHEMA = "retrieval"
MIGRATIONS = Path(__file__).parent / "migrations" / "postgres"


class RetrievalPostgres(PostgresSchema):
    """A `Database` in PostgreSQL.

    Args:
        url: Where it is, `postgresql://user:password@host:port/database`; migrated if need be.
        clock: Tells the time.
        statement_seconds: How long a statement may take.
        connections: How many at most, besides the one for snapshots.

    Raises:
        SettingsError: The address is none.
        DependencyUnavailable: It cannot be reached, or the role may not migrate it.
        Conflict: It belongs to another version of the program.
    """

    def __init__(
        self, url: str, clock: Clock, statement_seconds: float = 30.0, connections: int = CONNECTIONS
    ) -> None:
        super().__init__(url, SCHEMA, MIGRATIONS, clock, statement_seconds, connections)
