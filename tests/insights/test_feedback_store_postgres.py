"""Feedback in PostgreSQL: durable before the reply, honest when it cannot be."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from libs.common.caller import Caller
from libs.common.clock import SystemClock
from libs.common.errors import Conflict, DependencyUnavailable, Overloaded
from libs.common.postgres_migrations import open_postgres
from services.insights.feedback import Feedback
from services.insights.feedback_store_postgres import PostgresFeedbackStore
from tests.fakes.fake_clock import FakeClock
from tests.insights.conftest import MIGRATIONS
from tests.servers.postgres_server import PostgresServer

ANA = Caller("edge_gateway", "demo", "ana")
VOTE = Feedback("f-1", "q_" + "A" * 20, "up", 4, ("ä", "b"), "Because.", "")


@contextmanager
def opened(url: str, clock: FakeClock | None = None, **options: int) -> Iterator[PostgresFeedbackStore]:
    folder = MIGRATIONS.parent / "postgres"
    database = open_postgres(url, "insights", folder, SystemClock())
    store = PostgresFeedbackStore(database, clock or FakeClock(), **options)
    try:
        yield store
    finally:
        store.close()


def rows(url: str, columns: str = "*") -> list[tuple[object, ...]]:
    """What another client finds in the table."""
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT {columns} FROM insights.feedback ORDER BY feedback_id").fetchall()


async def test_a_vote_is_in_the_table_when_it_is_acknowledged(postgres_url: str, clock: FakeClock) -> None:
    with opened(postgres_url, clock) as store:
        await store.record(ANA, VOTE)
        assert rows(postgres_url) == [
            (
                *("demo", "ana", "f-1", VOTE.query_id, "up", 4, ["ä", "b"], "Because.", ""),
                datetime.fromtimestamp(clock.now(), UTC),
            )
        ]


async def test_a_refused_vote_leaves_the_first_one(postgres_url: str) -> None:
    with opened(postgres_url) as store:
        await store.record(ANA, VOTE)
        with pytest.raises(Conflict):
            await store.record(ANA, replace(VOTE, vote="down"))
        assert rows(postgres_url, "vote") == [("up",)]


async def test_two_processes_agree_on_who_was_first(postgres_url: str) -> None:
    with opened(postgres_url) as one, opened(postgres_url) as other:
        votes = [store.record(ANA, replace(VOTE)) for store in (one, other) * 20]
        assert sorted(await asyncio.gather(*votes)) == [False, *[True] * 39]


async def test_a_vote_that_is_erased_meanwhile_is_recorded_anew(postgres_url: str) -> None:
    with opened(postgres_url) as store:
        for _ in range(20):
            await store.record(ANA, replace(VOTE))
            with psycopg.connect(postgres_url) as eraser:
                eraser.execute("DELETE FROM insights.feedback")
                recording = asyncio.create_task(store.record(ANA, replace(VOTE, vote="down")))
                await asyncio.sleep(0)
                eraser.commit()
                with suppress(Conflict):  # if the select was faster than the commit
                    assert await recording is False
                eraser.execute("DELETE FROM insights.feedback")


async def test_a_role_that_may_read_and_insert_suffices(
    postgres_server: PostgresServer, postgres_url: str
) -> None:
    postgres_server.run("CREATE ROLE insights LOGIN PASSWORD 'insights'")
    with opened(postgres_url), psycopg.connect(postgres_url) as owner:
        owner.execute("GRANT USAGE ON SCHEMA insights TO insights")
        owner.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA insights TO insights")
    poor = postgres_server.url(postgres_url.rpartition("/")[2], "insights", "insights")
    with opened(poor) as store:
        assert [await store.record(ANA, replace(VOTE)) for _ in range(2)] == [False, True]


async def test_the_event_loop_is_free_while_the_database_is_slow(postgres_url: str) -> None:
    with opened(postgres_url) as store, psycopg.connect(postgres_url) as blocker:
        blocker.execute("LOCK TABLE insights.feedback")
        recording = asyncio.create_task(store.record(ANA, VOTE))
        for _ in range(50):
            await asyncio.sleep(0)
        assert not recording.done()
        blocker.rollback()
        async with asyncio.timeout(15):
            assert await recording is False


async def test_too_much_at_once_is_shed_and_not_queued(postgres_url: str) -> None:
    with opened(postgres_url, max_waiting=3) as store, psycopg.connect(postgres_url) as blocker:
        blocker.execute("LOCK TABLE insights.feedback")
        votes = [replace(VOTE, feedback_id=f"f-{number}") for number in range(3)]
        waiting = [asyncio.create_task(store.record(ANA, vote)) for vote in votes]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded):
            await store.record(ANA, replace(VOTE, feedback_id="f-9"))
        blocker.rollback()
        async with asyncio.timeout(15):
            assert await asyncio.gather(*waiting) == [False] * 3


async def test_a_client_that_gives_up_leaves_the_store_whole(postgres_url: str) -> None:
    with opened(postgres_url, max_waiting=5) as store:
        for number in range(50):
            recording = asyncio.create_task(store.record(ANA, replace(VOTE, feedback_id=f"f-{number}")))
            await asyncio.sleep(0)
            recording.cancel()
            await asyncio.wait([recording])
        assert await store.record(ANA, VOTE) in {True, False}


async def test_what_was_acknowledged_survives_a_kill_in_the_middle_of_writing(
    mortal_postgres: PostgresServer,
) -> None:
    with mortal_postgres.database() as url:
        acknowledged, failed = set[str](), list[BaseException]()
        with opened(url) as store:
            kill = threading.Timer(0.5, mortal_postgres.process.kill)

            async def write(writer: int) -> None:
                for number in range(100_000):
                    vote = replace(VOTE, feedback_id=f"f-{writer}-{number}")
                    try:
                        await store.record(ANA, vote)
                    except DependencyUnavailable as error:
                        failed.append(error)
                        return
                    acknowledged.add(vote.feedback_id)

            kill.start()
            async with asyncio.timeout(30):
                await asyncio.gather(*(write(writer) for writer in range(8)))
            kill.join()
            assert len(failed) == 8
            assert acknowledged
            mortal_postgres.start()
            assert await answered_again(lambda: store.record(ANA, replace(VOTE, feedback_id="later")))
        found = {str(feedback_id) for (feedback_id,) in rows(url, "feedback_id")}
        assert acknowledged <= found
        # What nobody acknowledged may be there: at most one vote of each connection was under way.
        assert len(found - acknowledged - {"later"}) <= 4


async def test_a_database_that_hangs_is_a_typed_error_and_is_used_again_when_it_goes_on(
    mortal_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("libs.common.postgres_database._MARGIN_SECONDS", -4.5)  # half a second in all
    with mortal_postgres.database() as url, opened(url) as store:
        await store.record(ANA, VOTE)
        mortal_postgres.process.freeze()
        begun = time.monotonic()
        with pytest.raises(DependencyUnavailable):
            await store.record(ANA, replace(VOTE, feedback_id="f-2"))
        assert time.monotonic() - begun < 5.0
        mortal_postgres.process.thaw()
        assert await answered_again(lambda: store.record(ANA, replace(VOTE, feedback_id="f-3")))


async def answered_again(ask: Callable[[], object]) -> bool:
    """Whether a call is answered within a few seconds, however often it must be made."""
    async with asyncio.timeout(20):
        while True:
            try:
                await ask()  # type: ignore[misc]
            except DependencyUnavailable:
                await asyncio.sleep(0.1)
            else:
                return True
