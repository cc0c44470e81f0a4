"""The numbered migrations of a database, whatever its technology."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from libs.common.errors import Conflict

_NAME = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step from an older schema to a newer one.

    Attributes:
        number: Its place in the order, from 1.
        name: The file's name.
        sql: The statements.
    """

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """SHA-256 of the text, hexadecimal; line ends do not count."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path) -> list[Migration]:
    """Reads a folder of `NNNN_name.sql`, numbered from 0001 without gaps, in their order.

    Raises:
        Conflict: A file is named otherwise, or a number is missing or used twice.
    """
    migrations = []
    for path in sorted(folder.glob("*.sql")):
        match = _NAME.match(path.name)
        if match is None:
            raise Conflict(f"{path.name} is not a migration's name; call it NNNN_lower_case_words.sql.")
        migrations.append(Migration(int(match[1]), path.name, path.read_text(encoding="utf-8")))
    numbers = [migration.number for migration in migrations]
    if numbers != list(range(1, len(numbers) + 1)):
        raise Conflict(f"The migrations in {folder} are not numbered from 0001 without gaps: {numbers}.")
    return migrations


def require_same_history(
    applied: Mapping[int, tuple[str, str]], wanted: Sequence[Migration], database: str
) -> None:
    """Makes sure that what was applied is what the code knows.

    Args:
        applied: Name and checksum of each applied migration by its number.
        wanted: What the code expects.
        database: What messages call the database.

    Raises:
        Conflict: An applied migration has changed or is unknown, so code and data do not belong together.
    """
    known = {migration.number: migration for migration in wanted}
    for number, (name, checksum) in applied.items():
        if number not in known:
            raise Conflict(
                f"{database} holds migration {name}, which this version lacks; run the newer version."
            )
        if known[number].checksum != checksum:
            raise Conflict(
                f"Migration {name} has changed since it was applied to {database};"
                " restore its text and put the change into a new migration."
            )
