"""Retrieval's database as a SQLite file."""

from __future__ import annotations

from pathlib import Path

from libs.common import database_sqlite

MIGRATIONS = Path(__file__).parent / "migrations"

_NAME = "The documents' database"


class SqliteDatabase(database_sqlite.SqliteDatabase):
    """A `Database` in a file, of which any number may be open at the same time.

    Args:
        path: The file; made and migrated if need be.
        relaxed: Whether what is written may be lost to a power cut (not to a crash): for what its
            writer would do again.

    Raises:
        DependencyUnavailable: It cannot be opened; the detail says what to do.
        Conflict: It belongs to another version of the program.
    """

    def __init__(self, path: Path, *, relaxed: bool = False) -> None:
        super().__init__(path, MIGRATIONS, _NAME, relaxed=relaxed)
