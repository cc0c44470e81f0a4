"""What SQL adds to the contract: what another version stored, and nothing that stays behind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common.database import Database
from libs.common.database_sqlite import SqliteDatabase
from services.generation.conversations.conversations_sql import SqlConversations
from services.generation.conversations.facts_sql import SqlFacts
from services.generation.stores import MIGRATIONS
from tests.fakes.fake_clock import FakeClock
from tests.generation.conversations.example_conversations import ANA, BOB, entry, fact


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = SqliteDatabase(tmp_path / "g.sqlite3", MIGRATIONS, "The conversations")
    yield opened
    opened.close()


def test_a_deleted_conversation_leaves_no_row_but_its_grave(database: Database) -> None:
    store, facts = SqlConversations(database, FakeClock()), SqlFacts(database)
    store.add([entry(1), entry(2), entry(1, BOB)])
    store.summarise(ANA, "c_1", "Tea.", 1)
    facts.replace(ANA, [fact("I use staging")], ())
    store.delete(ANA, "c_1")
    with database.session() as session:
        left = {
            table: [row["subject"] for row in session.rows(f"SELECT subject FROM {table}")]
            for table in ("conversations", "turns", "facts", "deleted_conversations")
        }
    assert left == {"conversations": ["bob"], "turns": ["bob"], "facts": [], "deleted_conversations": ["ana"]}


def test_what_a_newer_version_stored_besides_is_passed_over(database: Database) -> None:
    store = SqlConversations(database, FakeClock())
    store.add([entry(1)])
    with database.session() as session:
        session.change(
            """UPDATE turns SET citations = '[{"n": 1, "quote": "q", "support": 0.5, "new": 1}]'"""
        )
    found = store.get(ANA, "c_1", 1, 0)
    assert found is not None
    assert found.turns[0].citations[0].quote == "q"
