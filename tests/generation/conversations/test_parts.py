"""The parts work together, behind the answers, and let go of the database."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from libs.common.conversation_rules import ConversationRules
from libs.common.database_sqlite import SqliteDatabase
from services.generation.conversations.parts import conversation_parts
from services.generation.stores import MIGRATIONS
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.conversations.example_conversations import ANA, BEGAN, entry
from tests.generation.examples import manifest, tools


async def test_a_long_conversation_is_stored_and_summed_up(
    tmp_path: Path, executor: ThreadPoolExecutor
) -> None:
    clock = FakeClock(now=BEGAN)
    models = tools(executor, ScriptedSearcher(), clock).models
    database = SqliteDatabase(tmp_path / "g.sqlite3", MIGRATIONS, "The conversations")
    with conversation_parts(database, models, FakeEmbedder(), lambda _: ConversationRules(), clock) as parts:
        working = asyncio.create_task(parts.run())
        for number in range(1, 13):
            grown = lambda: parts.summariser.grown(ANA, "c_1", manifest())  # noqa: E731
            parts.writer.put(entry(number, answer="tea " * 3000), grown)
        await parts.writer.drain(20)
        async with asyncio.timeout(20):
            while not parts.access.conversations.list(ANA, 1, None)[0].summary:
                await asyncio.sleep(0.01)
        working.cancel()
        await asyncio.wait([working])
    with pytest.raises(Exception, match="closed"), database.session() as session:
        session.rows("SELECT 1 AS v")
