"""A database that comes up after the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.database import Database
from libs.common.database_sqlite import SqliteDatabase
from libs.common.errors import Conflict, DependencyUnavailable
from services.generation.late_database import LateDatabase
from services.generation.stores import MIGRATIONS
from tests.fakes.fake_clock import FakeClock


class Door:
    """Opens the database unless it is shut."""

    def __init__(self, folder: Path) -> None:
        self.shut: Exception | None = None
        self.knocks = 0
        self._path = folder / "generation.sqlite3"

    def open(self) -> Database:
        self.knocks += 1
        if self.shut is not None:
            raise self.shut
        return SqliteDatabase(self._path, MIGRATIONS, "The conversations")


def turns(database: LateDatabase) -> int:
    with database.session() as session:
        return len(session.rows("SELECT * FROM turns"))


def test_one_that_is_there_is_opened_at_once_and_once(tmp_path: Path) -> None:
    door = Door(tmp_path)
    database = LateDatabase(door.open, FakeClock())
    assert (turns(database), database.locking, database.skipping) == (0, "", "")
    with database.transaction() as session, pytest.raises(ZeroDivisionError):
        raise ZeroDivisionError(session.rows("SELECT 1 AS v"))
    with database.snapshot() as snapshot:
        assert snapshot.rows("SELECT * FROM turns") == []
    assert door.knocks == 1
    database.close()


def test_one_that_comes_later_is_tried_once_a_second(tmp_path: Path) -> None:
    door, clock = Door(tmp_path), FakeClock()
    door.shut = DependencyUnavailable("away")
    database = LateDatabase(door.open, clock)
    for _ in range(3):
        with pytest.raises(DependencyUnavailable):
            turns(database)
    assert door.knocks == 1
    clock.advance(1.1)
    with pytest.raises(DependencyUnavailable, match="away"):
        turns(database)
    door.shut = None
    clock.advance(1.1)
    assert turns(database) == 0
    assert door.knocks == 3
    database.close()


def test_one_that_does_not_belong_to_the_code_stops_the_process(tmp_path: Path) -> None:
    door = Door(tmp_path)
    door.shut = Conflict("another version's")
    with pytest.raises(Conflict):
        LateDatabase(door.open, FakeClock())


def test_closing_what_never_opened_is_no_error(tmp_path: Path) -> None:
    door = Door(tmp_path)
    door.shut = DependencyUnavailable("away")
    LateDatabase(door.open, FakeClock()).close()
