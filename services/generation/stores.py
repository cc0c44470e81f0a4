"""Opens the database that the settings name: PostgreSQL with an address, SQLite without."""

from __future__ import annotations

from pathlib import Path

from libs.common.clock import Clock
from libs.common.database import Database
from libs.common.database_sqlite import SqliteDatabase
from services.generation.settings import SERVICE, Settings

MIGRATIONS = Path(__file__).parent / "migrations"
STATEMENT_SECONDS = 5.0
"""What waits longer for PostgreSQL has been given up by whoever asked."""

_NAME = "The database of conversations"


def open_generation_database(settings: Settings, clock: Clock) -> Database:
    """Opens the service's database, migrated to what the code expects.

    Raises:
        SettingsError: The address is none.
        DependencyUnavailable: The database cannot be opened.
        Conflict: Code and data do not belong together.
    """
    if not settings.database_url:
        return SqliteDatabase(settings.database, MIGRATIONS, _NAME)
    # Its driver takes a third of a second to import: only who uses it waits for it.
    from libs.common.database_postgres import PostgresSchema

    return PostgresSchema(settings.database_url, SERVICE, MIGRATIONS / "postgres", clock, STATEMENT_SECONDS)
