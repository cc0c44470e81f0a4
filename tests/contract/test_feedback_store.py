"""What every store of feedback does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from libs.common.caller import Caller
from libs.common.errors import Conflict
from libs.common.postgres_migrations import open_postgres
from libs.common.sqlite_database import open_database
from services.insights.feedback import Feedback, FeedbackStore
from services.insights.feedback_store_postgres import PostgresFeedbackStore
from services.insights.feedback_store_sqlite import SqliteFeedbackStore
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_feedback_store import FakeFeedbackStore

MIGRATIONS = Path(__file__).parents[2] / "services" / "insights" / "migrations"
ANA = Caller("edge_gateway", "demo", "ana")
VOTE = Feedback("f-1", "q_" + "A" * 20, "up", 4, ("a", "b"), "Because.", "0" * 64)


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FeedbackStore]:
    if request.param == "fake":
        yield FakeFeedbackStore()
        return
    opened: SqliteFeedbackStore | PostgresFeedbackStore
    if request.param == "sqlite":
        connection = open_database(tmp_path / "insights.sqlite3", MIGRATIONS / "sqlite")
        opened = SqliteFeedbackStore(connection, FakeClock())
    else:
        url = request.getfixturevalue("postgres_url")
        database = open_postgres(url, "insights", MIGRATIONS / "postgres", FakeClock())
        opened = PostgresFeedbackStore(database, FakeClock())
    yield opened
    opened.close()


async def test_the_first_time_is_new_and_every_other_a_duplicate(store: FeedbackStore) -> None:
    assert [await store.record(ANA, replace(VOTE)) for _ in range(3)] == [False, True, True]


@pytest.mark.parametrize(
    "change",
    [
        {"query_id": "q_" + "B" * 20},
        {"vote": "down"},
        {"rating": 5},
        {"labels": ("b", "a")},
        {"comment": ""},
        {"manifest_id": ""},
    ],
    ids=str,
)
async def test_other_content_under_the_same_id_is_a_conflict(
    store: FeedbackStore, change: dict[str, Any]
) -> None:
    await store.record(ANA, replace(VOTE))
    with pytest.raises(Conflict):
        await store.record(ANA, replace(VOTE, **change))
    assert await store.record(ANA, replace(VOTE))


@pytest.mark.parametrize(
    "other",
    [Caller("edge_gateway", "demo", "bob"), Caller("edge_gateway", "acme", "ana"), Caller("x", "", "")],
    ids=str,
)
async def test_an_id_belongs_to_its_subject(store: FeedbackStore, other: Caller) -> None:
    await store.record(ANA, replace(VOTE))
    assert not await store.record(other, replace(VOTE, vote="down"))


async def test_the_service_or_session_that_sends_it_makes_no_difference(store: FeedbackStore) -> None:
    await store.record(ANA, replace(VOTE))
    assert await store.record(Caller("other", "demo", "ana", session="s_2", plan="gold"), replace(VOTE))


async def test_of_many_at_once_exactly_one_is_new(store: FeedbackStore) -> None:
    answers = await asyncio.gather(*(store.record(ANA, replace(VOTE)) for _ in range(50)))
    assert sorted(answers) == [False, *[True] * 49]


async def test_any_text_is_kept_as_it_is(store: FeedbackStore) -> None:
    odd = replace(
        VOTE, feedback_id="f-2", comment="'; DROP TABLE feedback; --\n\u202e\U0001f4a5", labels=('"', "[]")
    )
    assert not await store.record(ANA, replace(odd))
    assert await store.record(ANA, replace(odd))


async def test_no_labels_and_no_comment_are_content_too(store: FeedbackStore) -> None:
    bare = replace(VOTE, labels=(), comment="", rating=0, manifest_id="")
    assert not await store.record(ANA, replace(bare))
    assert await store.record(ANA, replace(bare))
    with pytest.raises(Conflict):
        await store.record(ANA, replace(bare, labels=("",)))


async def test_many_votes_at_once_are_all_recorded(store: FeedbackStore) -> None:
    votes = [replace(VOTE, feedback_id=f"f-{number}") for number in range(100)]
    assert await asyncio.gather(*(store.record(ANA, vote) for vote in votes)) == [False] * 100
    assert await asyncio.gather(*(store.record(ANA, vote) for vote in votes)) == [True] * 100
