"""Answers go on while PostgreSQL is dead, frozen or not there yet; what was said meanwhile is stored afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from libs.common.clock import SystemClock
from libs.common.database_postgres import PostgresSchema
from libs.common.errors import DependencyUnavailable
from libs.common.manifest import ModelLink
from libs.common.pb.generation.v1 import generation_pb2 as pb
from services.generation.late_database import LateDatabase
from services.generation.stores import MIGRATIONS, STATEMENT_SECONDS
from tests.fakes.scripted_model import saying
from tests.generation.examples import ANA, manifest
from tests.generation.running_server import Running, running_server, text_of
from tests.servers.postgres_server import PostgresServer

BEARABLE_SECONDS = 5.0
"""An answer of these tests takes milliseconds; the database alone would hang for longer than this."""


def late(url: str) -> LateDatabase:
    clock = SystemClock()
    folder = MIGRATIONS / "postgres"
    return LateDatabase(lambda: PostgresSchema(url, "generation", folder, clock, STATEMENT_SECONDS), clock)


@asynccontextmanager
async def serving(folder: Path, url: str) -> AsyncIterator[Running]:
    shape = manifest(ModelLink(kind="litellm", model="one"))
    async with running_server(folder, shape, database=await asyncio.to_thread(late, url)) as running:
        running.models["one"] = saying("Tea is served at four [1].", name="one")
        yield running


async def answered(server: Running, query: str) -> pb.AnswerDone:
    """The end of an answer that comes in time."""
    request = server.request(query, conversation_id="c_1")
    async with asyncio.timeout(BEARABLE_SECONDS):
        events = await server.answer(request)
    assert text_of(events) == "Tea is served at four [1]."
    return events[-1].done


async def remembers_again(server: Running) -> None:
    """Asks until an answer has its memory: a busy machine may take longer for the first ones."""
    async with asyncio.timeout(60):
        for number in range(10_000):
            if not (await answered(server, f"b{number}")).degradations:
                return


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


def stored(server: Running) -> list[str]:
    """The turns in the database, by their query ids; none while it cannot be read."""
    try:
        found = server.conversations.access.conversations.recent(ANA.owner, "c_1", 50)
    except DependencyUnavailable:
        return []
    return [turn.query_id[:4] for turn in found.turns] if found else []


async def test_a_database_that_dies_costs_memory_and_loses_nothing(
    mortal_postgres: PostgresServer, tmp_path: Path
) -> None:
    with mortal_postgres.database() as url:
        async with serving(tmp_path, url) as server:
            await answered(server, "a1")
            await server.conversations.writer.drain(20)
            mortal_postgres.process.kill()
            for query in ("a2", "a3"):
                assert list((await answered(server, query)).degradations) == ["memory"]
            mortal_postgres.start()
            await until(lambda: server.conversations.writer.waiting(ANA.owner, "c_1") == ())
            assert await asyncio.to_thread(stored, server) == ["q_a1", "q_a2", "q_a3"]
            await remembers_again(server)


async def test_a_database_that_freezes_delays_no_answer_for_long(
    mortal_postgres: PostgresServer, tmp_path: Path
) -> None:
    with mortal_postgres.database() as url:
        async with serving(tmp_path, url) as server:
            await answered(server, "a1")
            await server.conversations.writer.drain(20)
            mortal_postgres.process.freeze()
            for query in ("a2", "a3", "a4"):
                assert list((await answered(server, query)).degradations) == ["memory"]
            mortal_postgres.process.thaw()
            await until(lambda: server.conversations.writer.waiting(ANA.owner, "c_1") == ())
            assert await asyncio.to_thread(stored, server) == ["q_a1", "q_a2", "q_a3", "q_a4"]


async def test_a_database_that_comes_after_the_service_is_migrated_and_used(
    mortal_postgres: PostgresServer, tmp_path: Path
) -> None:
    with mortal_postgres.database() as url:
        mortal_postgres.process.kill()
        async with serving(tmp_path, url) as server:
            assert list((await answered(server, "a1")).degradations) == ["memory"]
            mortal_postgres.start()
            await until(lambda: server.conversations.writer.waiting(ANA.owner, "c_1") == ())
            assert await asyncio.to_thread(stored, server) == ["q_a1"]
            await remembers_again(server)


@pytest.mark.parametrize("turns", [5])
async def test_a_clean_stop_stores_everything(postgres_url: str, tmp_path: Path, turns: int) -> None:
    async with serving(tmp_path, postgres_url) as server:
        for number in range(turns):
            await answered(server, f"a{number}")
    again = late(postgres_url)
    with again.session() as session:
        assert session.rows("SELECT count(*) AS v FROM turns")[0]["v"] == turns
    again.close()
