"""Brings a service's schema in PostgreSQL to what the code expects."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

from libs.common.clock import Clock
from libs.common.errors import Conflict
from libs.common.logs import logger
from libs.common.migrations import Migration, read_migrations, require_same_history
from libs.common.postgres_database import Connection, PostgresDatabase

log = logger(__name__)

MIGRATION_SECONDS = 900.0
"""How long one statement of a migration may take, and how long another process waits for its end."""

_LEDGER = (
    "CREATE TABLE IF NOT EXISTS schema_migrations (number integer PRIMARY KEY, name text NOT NULL,"
    " checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())"
)


def open_postgres(url: str, schema: str, migrations: Path, clock: Clock) -> PostgresDatabase:
    """Opens a schema, creating it, and applies the migrations that it lacks.

    Where nothing is lacking the role needs no right to create anything.

    Args:
        url: Where the database is, `postgresql://user:password@host:port/database`.
        schema: The service's own.
        migrations: Folder of `NNNN_name.sql`, numbered from 0001 without gaps; each is applied once, in a
            transaction of its own, also when several processes open the schema at the same time.
        clock: Tells the time.

    Raises:
        SettingsError: The address is none.
        DependencyUnavailable: The database cannot be reached, or the role may not migrate it.
        Conflict: An applied migration has changed or is unknown, so code and data do not belong together;
            or the database does not keep text as UTF-8.
    """
    wanted = read_migrations(migrations)
    patient = PostgresDatabase(url, schema, clock, connections=1, statement_seconds=MIGRATION_SECONDS)
    with closing(patient), patient.connection() as connection:
        _require_utf8(connection)
        _migrate(connection, wanted, schema)
    return PostgresDatabase(url, schema, clock)


def _require_utf8(connection: Connection) -> None:
    row = connection.execute("SHOW server_encoding").fetchone()
    if row != ("UTF8",):
        raise Conflict("The database does not keep text as UTF-8; create one with ENCODING 'UTF8'.")


def _migrate(connection: Connection, wanted: list[Migration], schema: str) -> None:
    applied = _applied(connection)
    require_same_history(applied, wanted, f"The schema {schema}")
    missing = [migration for migration in wanted if migration.number not in applied]
    if not missing:
        return
    with connection.transaction():
        _lock(connection, schema)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        connection.execute(_LEDGER)
    for migration in missing:
        _apply(connection, migration, schema)


def _apply(connection: Connection, migration: Migration, schema: str) -> None:
    with connection.transaction():
        _lock(connection, schema)
        if migration.number in _applied(connection):
            return  # another process was faster
        connection.execute(migration.sql)
        connection.execute(
            "INSERT INTO schema_migrations (number, name, checksum) VALUES (%s, %s, %s)",
            (migration.number, migration.name, migration.checksum),
        )
    log.info("migrated", schema=schema, migration=migration.name)


def _lock(connection: Connection, schema: str) -> None:
    """Lets one process migrate at a time; the others wait for the end of its transaction."""
    key = int.from_bytes(
        hashlib.sha256(f"causeway migrations of {schema}".encode()).digest()[:8], signed=True
    )
    connection.execute("SELECT set_config('lock_timeout', '0', true)")
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (key,))
    # A table that is in use is waited for briefly: all that comes later would queue up behind.
    connection.execute("SELECT set_config('lock_timeout', '10s', true)")


def _applied(connection: Connection) -> dict[int, tuple[str, str]]:
    known = connection.execute("SELECT to_regclass('schema_migrations')").fetchone()
    if known == (None,):
        return {}
    rows = connection.execute("SELECT number, name, checksum FROM schema_migrations")
    return {number: (name, checksum) for number, name, checksum in rows}
