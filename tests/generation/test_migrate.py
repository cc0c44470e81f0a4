"""The job that migrates the database of generation."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.servers.server_process import free_port

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.process


def migrate(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.generation.migrate"],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_migrates_and_ends_and_may_run_again(postgres_url: str) -> None:
    for _ in range(2):
        done = migrate(CAUSEWAY_DATABASE_URL=postgres_url)
        assert done.returncode == 0, done.stderr
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT number FROM generation.schema_migrations").fetchall() == [(1,)]


def test_without_postgres_it_makes_the_file(tmp_path: Path) -> None:
    assert migrate(CAUSEWAY_DATA=str(tmp_path)).returncode == 0
    assert (tmp_path / "generation" / "generation.sqlite3").exists()


def test_a_database_that_is_away_fails_the_job() -> None:
    done = migrate(CAUSEWAY_DATABASE_URL=f"postgresql://u:hunter2@127.0.0.1:{free_port()}/x")
    assert done.returncode == 1
    assert "PostgreSQL is not usable" in done.stderr
    assert "hunter2" not in done.stderr
