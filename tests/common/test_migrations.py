"""Files of migrations, and the history that they must agree with."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.common.errors import Conflict
from libs.common.migrations import Migration, read_migrations, require_same_history

ROOT = Path(__file__).parents[2]
FIRST, SECOND = Migration(1, "0001_a.sql", "SELECT 1"), Migration(2, "0002_b.sql", "SELECT 2")


def test_files_are_read_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "0002_b.sql").write_text("SELECT 2")
    (tmp_path / "0001_a.sql").write_text("SELECT 1")
    (tmp_path / "README.md").write_text("not one of them")
    (tmp_path / "sqlite").mkdir()
    assert read_migrations(tmp_path) == [FIRST, SECOND]


@pytest.mark.parametrize("name", ["1_short.sql", "0003_gap.sql", "0001_double.sql", "0002-dash.sql"])
def test_a_name_that_does_not_fit_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "0001_a.sql").write_text("SELECT 1")
    (tmp_path / name).write_text("SELECT 2")
    with pytest.raises(Conflict):
        read_migrations(tmp_path)


def test_what_is_applied_may_be_less_than_what_is_known() -> None:
    require_same_history({}, [FIRST, SECOND], "It")
    require_same_history({1: (FIRST.name, FIRST.checksum)}, [FIRST, SECOND], "It")


def test_a_changed_migration_is_named() -> None:
    applied = {1: (FIRST.name, SECOND.checksum)}
    with pytest.raises(Conflict, match=r"0001_a\.sql has changed since it was applied to It"):
        require_same_history(applied, [FIRST], "It")


def test_an_unknown_migration_asks_for_the_newer_version() -> None:
    applied = {2: (SECOND.name, SECOND.checksum)}
    with pytest.raises(Conflict, match=r"It holds migration 0002_b\.sql.*newer version"):
        require_same_history(applied, [FIRST], "It")


@pytest.mark.parametrize("service", ["config", "insights"])
def test_both_technologies_have_the_same_migrations(service: str) -> None:
    folder = ROOT / "services" / service / "migrations"
    names = [[m.name for m in read_migrations(folder / kind)] for kind in ("sqlite", "postgres")]
    assert names[0] == names[1] != []
