"""What every store of answer records does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pytest

from libs.common.caller import Caller
from libs.common.database_postgres import PostgresSchema
from libs.common.database_sqlite import SqliteDatabase
from libs.common.postgres_migrations import open_postgres
from libs.common.sqlite_database import open_database
from services.insights.answer_store_sql import SqlAnswerStore
from services.insights.answers import AnswerFilter, AnswerStore, Place
from services.insights.feedback import Feedback
from services.insights.feedback_store_postgres import PostgresFeedbackStore
from services.insights.feedback_store_sqlite import SqliteFeedbackStore
from tests.fakes.fake_answer_store import FakeAnswerStore
from tests.fakes.fake_clock import FakeClock
from tests.insights.example_answers import ANSWER

MIGRATIONS = Path(__file__).parents[2] / "services" / "insights" / "migrations"
ALL = AnswerFilter()


@dataclass
class Kept:
    """A store, its clock, and a way to vote."""

    store: AnswerStore
    clock: FakeClock
    feedback: Any

    def add(self, number: int, tenant: str = "demo", **changes: Any) -> str:
        """Adds a record a second after the one before; returns its id."""
        self.clock.advance(1.0)
        query_id = f"q_{number:020}"
        self.store.add(tenant, "f" * 16, replace(ANSWER, query_id=query_id, **changes))
        return query_id

    def vote(self, query_id: str, vote: Literal["up", "down"], subject: str = "ana") -> None:
        if isinstance(self.store, FakeAnswerStore):
            if self.store.votes.get(("demo", query_id)) != "down":
                self.store.votes["demo", query_id] = vote
            return
        caller = Caller("edge_gateway", "demo", subject)
        asyncio.run(self.feedback.record(caller, Feedback(f"f-{query_id}", query_id, vote)))

    def ids(self, wanted: AnswerFilter = ALL, after: Place | None = None, limit: int = 100) -> list[str]:
        return [kept.record.query_id for kept in self.store.page("demo", wanted, after, limit)]


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    clock = FakeClock()
    if request.param == "fake":
        yield Kept(FakeAnswerStore(clock), clock, None)
        return
    feedback: SqliteFeedbackStore | PostgresFeedbackStore
    if request.param == "sqlite":
        path = tmp_path / "insights.sqlite3"
        feedback = SqliteFeedbackStore(open_database(path, MIGRATIONS / "sqlite"), clock)
        store = SqlAnswerStore(SqliteDatabase(path, MIGRATIONS / "sqlite", "It"), clock)
    else:
        url = request.getfixturevalue("postgres_url")
        feedback = PostgresFeedbackStore(
            open_postgres(url, "insights", MIGRATIONS / "postgres", clock), clock
        )
        store = SqlAnswerStore(PostgresSchema(url, "insights", MIGRATIONS / "postgres", clock), clock)
    yield Kept(store, clock, feedback)
    store.close()
    feedback.close()


def test_everything_that_a_record_says_is_kept(kept: Kept) -> None:
    assert kept.store.add("demo", "a" * 16, ANSWER) is False
    (found,) = kept.store.page("demo", ALL, None, 10)
    assert found.record == ANSWER
    assert (found.subject_hash, found.recorded_at, found.vote) == ("a" * 16, kept.clock.now(), "")


def test_the_same_answer_again_is_a_duplicate_and_the_first_one_stays(kept: Kept) -> None:
    kept.store.add("demo", "a" * 16, ANSWER)
    assert kept.store.add("demo", "b" * 16, replace(ANSWER, question="Other?")) is True
    (found,) = kept.store.page("demo", ALL, None, 10)
    assert (found.subject_hash, found.record.question) == ("a" * 16, ANSWER.question)


def test_a_tenant_sees_its_own_and_the_same_id_of_another_is_another_record(kept: Kept) -> None:
    kept.store.add("demo", "a" * 16, ANSWER)
    assert kept.store.add("rival", "b" * 16, replace(ANSWER, question="Theirs?")) is False
    assert [each.record.question for each in kept.store.page("demo", ALL, None, 10)] == [ANSWER.question]


def test_pages_come_newest_first_without_gap_or_repetition(kept: Kept) -> None:
    for number in range(5):
        kept.add(number)
    same_moment = [f"q_{number:020}" for number in (7, 6)]
    for query_id in same_moment:
        kept.store.add("demo", "f" * 16, replace(ANSWER, query_id=query_id))
    seen, after = list[str](), None
    while page := kept.store.page("demo", ALL, after, 2):
        seen += [each.record.query_id for each in page]
        after = Place(page[-1].recorded_at, page[-1].record.query_id)
    assert seen == [*same_moment, *(f"q_{number:020}" for number in (4, 3, 2, 1, 0))]


def test_each_filter_narrows_and_several_narrow_together(kept: Kept) -> None:
    refused = kept.add(1, finish="refusal", needs_review=False, confidence=0.0)
    failed = kept.add(2, finish="error", needs_review=False, confidence=0.0)
    unsure = kept.add(3, finish="stop", needs_review=True, confidence=0.2)
    sure = kept.add(4, finish="length", needs_review=False, confidence=0.9)
    assert kept.ids(AnswerFilter(refused=True)) == [refused]
    assert kept.ids(AnswerFilter(failed=True)) == [failed]
    assert kept.ids(AnswerFilter(needs_review=True)) == [unsure]
    assert kept.ids(AnswerFilter(confidence_below=0.5)) == [unsure]
    assert kept.ids(AnswerFilter(since=kept.clock.now())) == [sure]
    assert kept.ids(AnswerFilter(refused=True, needs_review=True)) == []


def test_votes_are_shown_and_one_vote_down_is_what_counts(kept: Kept) -> None:
    liked, disputed, unvoted = kept.add(1), kept.add(2), kept.add(3)
    kept.vote(liked, "up")
    kept.vote(disputed, "down")
    kept.vote(disputed, "up", subject="bob")
    votes = {each.record.query_id: each.vote for each in kept.store.page("demo", ALL, None, 10)}
    assert votes == {liked: "up", disputed: "down", unvoted: ""}
    assert kept.ids(AnswerFilter(voted_down=True)) == [disputed]


def test_what_is_old_leaves_oldest_first_and_no_more_than_asked(kept: Kept) -> None:
    for number in range(4):
        kept.add(number)
    assert kept.store.expire(kept.clock.now(), 2) == 2
    assert kept.ids() == [f"q_{number:020}" for number in (3, 2)]
    assert kept.store.expire(kept.clock.now(), 100) == 1
    assert kept.store.expire(kept.clock.now(), 100) == 0
    assert kept.ids() == [f"q_{3:020}"]


def test_any_text_is_kept_as_it_is(kept: Kept) -> None:
    odd = "'; DROP TABLE answer_records; --\n\u202e\U0001f4a5 100 % :name"
    kept.store.add("demo", "a" * 16, replace(ANSWER, question=odd, degradations=('"', "[]")))
    (found,) = kept.store.page("demo", ALL, None, 10)
    assert (found.record.question, found.record.degradations) == (odd, ('"', "[]"))
