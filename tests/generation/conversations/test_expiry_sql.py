"""What a tenant keeps no longer is gone, with all that came of it: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from libs.common.database import Database
from libs.common.database_postgres import PostgresSchema
from libs.common.database_sqlite import SqliteDatabase
from services.generation.conversations.conversation import StoredTurn
from services.generation.conversations.conversations_sql import SqlConversations
from services.generation.conversations.expiry_sql import SqlExpiry
from services.generation.conversations.facts_sql import SqlFacts
from services.generation.stores import MIGRATIONS
from tests.fakes.fake_clock import FakeClock
from tests.generation.conversations.example_conversations import ANA, BEGAN, OTHER, entry, fact


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    opened: SqliteDatabase | PostgresSchema
    if request.param == "sqlite":
        opened = SqliteDatabase(tmp_path / "g.sqlite3", MIGRATIONS, "The conversations")
    else:
        url = request.getfixturevalue("postgres_url")
        opened = PostgresSchema(url, "generation", MIGRATIONS / "postgres", FakeClock())
    yield opened
    opened.close()


def test_old_conversations_leave_with_everything_and_only_the_tenants(database: Database) -> None:
    store, facts, expiry = SqlConversations(database, FakeClock()), SqlFacts(database), SqlExpiry(database)
    store.add([entry(1), entry(2), entry(1, OTHER)])
    facts.replace(ANA, [fact("I use staging")], ())
    assert sorted(expiry.tenants()) == ["acme", "rival"]
    assert expiry.expire("acme", BEGAN + 100) == 2
    assert (store.list(ANA, 10, None), facts.of(ANA)) == ([], [])
    assert len(store.list(OTHER, 10, None)) == 1
    assert expiry.tenants() == ["rival"]


def test_of_a_conversation_that_goes_on_the_old_turns_leave_without_a_trace(database: Database) -> None:
    store, expiry = SqlConversations(database, FakeClock()), SqlExpiry(database)
    store.add([entry(1, question="My old secret?"), entry(2), entry(3)])
    store.summarise(ANA, "c_1", "An old secret.", 1)
    assert expiry.expire("acme", BEGAN + 2) == 1
    found = store.get(ANA, "c_1", 10, 0)
    assert found is not None
    assert [turn.seq for turn in found.turns] == [2, 3]
    head = found.conversation
    assert (head.title, head.summary, head.summarised, head.turns) == ("Question 2?", "", 0, 2)
    assert (head.created_at, head.updated_at) == (BEGAN + 2, BEGAN + 3)
    store.add([entry(4)])
    assert [turn.seq for turn in store.get(ANA, "c_1", 10, 0).turns] == [2, 3, 4]  # type: ignore[union-attr]


def test_what_is_young_enough_stays_as_it_is(database: Database) -> None:
    store, expiry = SqlConversations(database, FakeClock()), SqlExpiry(database)
    store.add([entry(1), entry(2)])
    store.summarise(ANA, "c_1", "Tea.", 1)
    before = store.get(ANA, "c_1", 10, 0)
    assert expiry.expire("acme", BEGAN) == 0
    assert store.get(ANA, "c_1", 10, 0) == before


def test_much_is_deleted_piece_by_piece(database: Database) -> None:
    store = SqlConversations(database, FakeClock())
    store.add([entry(number, conversation_id=f"c_{number % 7}") for number in range(40)])
    assert SqlExpiry(database, batch=6).expire("acme", BEGAN + 35) == 35
    assert sorted(turn.query_id[-2:] for n in range(7) for turn in turns_of(store, f"c_{n}")) == [
        f"{number:02d}" for number in range(35, 40)
    ]
    assert len(store.list(ANA, 100, None)) == 5


def turns_of(store: SqlConversations, conversation_id: str) -> tuple[StoredTurn, ...]:
    found = store.get(ANA, conversation_id, 100, 0)
    return found.turns if found else ()


def test_graves_are_cleared(database: Database) -> None:
    clock = FakeClock(now=BEGAN)
    store, expiry = SqlConversations(database, clock), SqlExpiry(database)
    store.delete(ANA, "c_1")
    expiry.clear_graves(BEGAN)
    store.add([entry(1, asked_at=BEGAN - 1)])
    assert store.list(ANA, 10, None) == []
    expiry.clear_graves(BEGAN + 1)
    store.add([entry(1, asked_at=BEGAN - 1)])
    assert len(store.list(ANA, 10, None)) == 1
