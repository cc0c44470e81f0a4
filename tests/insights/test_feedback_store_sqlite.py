"""Feedback in SQLite: durable before the reply, honest when it cannot be."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from libs.common.caller import Caller
from libs.common.errors import DependencyUnavailable, Overloaded
from libs.common.sqlite_database import open_database
from services.insights.feedback import Feedback
from services.insights.feedback_store_sqlite import SqliteFeedbackStore
from tests.fakes.fake_clock import FakeClock
from tests.insights.conftest import MIGRATIONS

ANA = Caller("edge_gateway", "demo", "ana")
VOTE = Feedback("f-1", "q_" + "A" * 20, "up", 4, ("ä", "b"), "Because.", "")


def opened(path: Path, clock: FakeClock, **options: int) -> SqliteFeedbackStore:
    return SqliteFeedbackStore(open_database(path, MIGRATIONS), clock, **options)


def rows(path: Path) -> list[tuple[object, ...]]:
    """What another process finds in the file."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT * FROM feedback ORDER BY feedback_id").fetchall()
    finally:
        connection.close()


async def test_a_vote_is_in_the_file_when_it_is_acknowledged(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "insights.sqlite3"
    store = opened(path, clock)
    await store.record(ANA, VOTE)
    assert rows(path) == [
        ("demo", "ana", "f-1", VOTE.query_id, "up", 4, '["ä", "b"]', "Because.", "", clock.now())
    ]
    store.close()


async def test_every_commit_is_synced_to_the_disk(tmp_path: Path, clock: FakeClock) -> None:
    connection = open_database(tmp_path / "insights.sqlite3", MIGRATIONS)
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    connection.close()


async def test_a_refused_vote_leaves_the_first_one(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "insights.sqlite3"
    store = opened(path, clock)
    await store.record(ANA, VOTE)
    clock.advance(60)
    await asyncio.gather(
        store.record(ANA, replace(VOTE, vote="down")), store.record(ANA, VOTE), return_exceptions=True
    )
    store.close()
    assert [(row[4], row[9]) for row in rows(path)] == [("up", clock.now() - 60)]


async def test_the_event_loop_goes_on_while_the_disk_is_slow(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "insights.sqlite3"
    store = opened(path, clock)
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    recording = asyncio.create_task(store.record(ANA, VOTE))
    turns = 0
    while turns < 50:
        await asyncio.sleep(0)
        turns += 1
    assert not recording.done()
    blocker.execute("ROLLBACK")
    blocker.close()
    async with asyncio.timeout(15):
        assert await recording is False
    store.close()


async def test_too_much_at_once_is_shed_and_not_queued(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "insights.sqlite3"
    store = opened(path, clock, max_waiting=3)
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    waiting = [
        asyncio.create_task(store.record(ANA, replace(VOTE, feedback_id=f"f-{number}")))
        for number in range(3)
    ]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded) as caught:
        await store.record(ANA, replace(VOTE, feedback_id="f-9"))
    assert caught.value.retry_after_ms
    blocker.execute("ROLLBACK")
    blocker.close()
    async with asyncio.timeout(15):
        assert await asyncio.gather(*waiting) == [False] * 3
    assert await store.record(ANA, replace(VOTE, feedback_id="f-9")) is False
    store.close()


async def test_a_client_that_gives_up_leaves_the_store_whole(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "insights.sqlite3"
    store = opened(path, clock, max_waiting=5)
    for number in range(50):
        recording = asyncio.create_task(store.record(ANA, replace(VOTE, feedback_id=f"f-{number}")))
        await asyncio.sleep(0)
        recording.cancel()
        await asyncio.wait([recording])
    assert await store.record(ANA, VOTE) in {True, False}
    assert store._queue._waiting == 0
    store.close()


async def test_a_full_disk_is_an_unavailable_dependency_and_passes(tmp_path: Path, clock: FakeClock) -> None:
    connection = open_database(tmp_path / "insights.sqlite3", MIGRATIONS)
    store = SqliteFeedbackStore(connection, clock)
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")

    async def fill() -> None:
        for number in range(200):
            await store.record(ANA, replace(VOTE, feedback_id=f"f-{number}", comment="x" * 4000))

    with pytest.raises(DependencyUnavailable, match="disk is full"):
        await fill()
    connection.execute("PRAGMA max_page_count = 100000")
    assert await store.record(ANA, replace(VOTE, feedback_id="later", comment="x" * 4000)) is False
    store.close()


def _noise(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(100)
        file.write(os.urandom(size - 100))


def _other_file(path: Path) -> None:
    path.write_bytes(b"this is not a database " * 1000)


@pytest.mark.parametrize("damage", [_noise, _other_file])
async def test_a_damaged_file_is_an_unavailable_dependency(
    tmp_path: Path, clock: FakeClock, damage: Callable[[Path], None]
) -> None:
    path = tmp_path / "insights.sqlite3"
    store = opened(path, clock)
    await store.record(ANA, VOTE)
    store.close()
    damage(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    broken = SqliteFeedbackStore(connection, clock)
    with pytest.raises(DependencyUnavailable):
        await broken.record(ANA, replace(VOTE, feedback_id="f-2"))
    broken.close()
    with pytest.raises(DependencyUnavailable):
        open_database(path, MIGRATIONS)


async def test_closing_ends_the_writer(tmp_path: Path, clock: FakeClock) -> None:
    store = opened(tmp_path / "insights.sqlite3", clock)
    await store.record(ANA, VOTE)
    store.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("feedback-writer")]
