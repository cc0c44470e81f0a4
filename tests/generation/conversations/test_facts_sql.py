"""Facts in SQL: the same on SQLite and on PostgreSQL, and as in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from libs.common.database_postgres import PostgresSchema
from libs.common.database_sqlite import SqliteDatabase
from services.generation.conversations.conversations_sql import SqlConversations
from services.generation.conversations.fact_book import Facts
from services.generation.conversations.facts_sql import SqlFacts
from services.generation.stores import MIGRATIONS
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_facts import FakeFacts
from tests.generation.conversations.example_conversations import ANA, BEGAN, BOB, entry, fact


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def facts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Facts]:
    if request.param == "fake":
        yield FakeFacts(["c_1"])
        return
    database: SqliteDatabase | PostgresSchema
    if request.param == "sqlite":
        database = SqliteDatabase(tmp_path / "g.sqlite3", MIGRATIONS, "The conversations")
    else:
        url = request.getfixturevalue("postgres_url")
        database = PostgresSchema(url, "generation", MIGRATIONS / "postgres", FakeClock())
    SqlConversations(database, FakeClock()).add([entry(1), entry(1, BOB)])
    yield SqlFacts(database)
    database.close()


def test_facts_come_back_as_they_were_newest_first(facts: Facts) -> None:
    old, new = fact("I use staging"), fact("I write Go", stated_at=BEGAN + 1)
    facts.replace(ANA, [old, new], ())
    assert facts.of(ANA) == [new, old]
    assert facts.of(BOB) == []


def test_the_same_id_is_written_anew_and_others_leave_with_it(facts: Facts) -> None:
    facts.replace(ANA, [fact("one"), fact("two")], ())
    changed = replace(fact("one"), text="One!", stated_at=BEGAN + 5)
    facts.replace(ANA, [changed], ["two", "unknown"])
    assert facts.of(ANA) == [changed]


def test_a_fact_of_a_conversation_that_is_gone_is_passed_over(facts: Facts) -> None:
    facts.replace(ANA, [fact("one", "c_gone")], ())
    assert facts.of(ANA) == []
