"""Opens the archive that the settings name: PostgreSQL with an address, SQLite without."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from libs.common.clock import Clock
from libs.common.sqlite_database import open_database
from services.config.manifest_archive_sqlite import SqliteManifestArchive
from services.config.manifest_store import ManifestArchive
from services.config.settings import SERVICE, Settings

_MIGRATIONS = Path(__file__).parent / "migrations"


class OpenManifestArchive(ManifestArchive, Protocol):
    """An archive that its owner closes."""

    def close(self) -> None:
        """Lets go of the database."""
        ...


def open_manifest_archive(settings: Settings, clock: Clock) -> OpenManifestArchive:
    """Opens the archive, migrated to what the code expects.

    Raises:
        SettingsError: The address is none.
        DependencyUnavailable: The database cannot be opened.
        Conflict: Code and data do not belong together.
    """
    if not settings.database_url:
        return SqliteManifestArchive(open_database(settings.database, _MIGRATIONS / "sqlite"), clock)
    # Its driver takes a third of a second to import: only who uses it waits for it.
    from libs.common.postgres_migrations import open_postgres
    from services.config.manifest_archive_postgres import PostgresManifestArchive

    database = open_postgres(settings.database_url, SERVICE, _MIGRATIONS / "postgres", clock)
    return PostgresManifestArchive(database, clock)
