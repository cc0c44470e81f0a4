"""What was served is kept."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from libs.common.errors import DependencyUnavailable
from libs.common.sqlite_database import open_database
from services.config.manifest_archive_sqlite import SqliteManifestArchive
from services.config.resolve import ManifestBundle
from tests.fakes.fake_clock import FakeClock

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "services" / "config" / "migrations" / "sqlite"


def made(manifest_id: str, tenant_id: str = "demo", data: bytes = b"{}") -> ManifestBundle:
    return ManifestBundle(tenant_id, "dev", f"rev-{manifest_id}", manifest_id, data, b'{"secret":1}')


@pytest.fixture
def archive(tmp_path: Path, clock: FakeClock) -> Iterator[SqliteManifestArchive]:
    opened = SqliteManifestArchive(open_database(tmp_path / "manifests.sqlite3", MIGRATIONS), clock)
    yield opened
    opened.close()


def test_many_threads_may_use_it(archive: SqliteManifestArchive) -> None:
    def work(number: int) -> bool:
        archive.keep([made(str(number))])
        return archive.find("demo", str(number)) is not None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(64)))


def test_it_is_there_after_a_crash(tmp_path: Path, clock: FakeClock) -> None:
    program = f"""
import os
from pathlib import Path
from libs.common.clock import SystemClock
from libs.common.sqlite_database import open_database
from services.config.manifest_archive_sqlite import SqliteManifestArchive
from services.config.resolve import ManifestBundle
archive = SqliteManifestArchive(
    open_database(Path({str(tmp_path / "m.sqlite3")!r}), Path({str(MIGRATIONS)!r})), SystemClock()
)
archive.keep([ManifestBundle("demo", "dev", "r", "a", b"kept", b"")])
os.kill(os.getpid(), 9)
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == -9
    again = SqliteManifestArchive(open_database(tmp_path / "m.sqlite3", MIGRATIONS), clock)
    found = again.find("demo", "a")
    again.close()
    assert found is not None
    assert found.manifest_json == b"kept"


def test_a_damaged_file_is_an_unavailable_dependency(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "m.sqlite3"
    archive = SqliteManifestArchive(open_database(path, MIGRATIONS), clock)
    archive.keep([made(str(number), data=os.urandom(4000)) for number in range(50)])
    archive.close()
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(os.urandom(path.stat().st_size - 4096))
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    broken = SqliteManifestArchive(connection, clock)
    with pytest.raises(DependencyUnavailable):
        broken.find("demo", "7")
    with pytest.raises(DependencyUnavailable):
        broken.keep([made("new")])
    broken.close()
