"""What everything does that keeps conversations."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from libs.common.database_postgres import PostgresSchema
from libs.common.database_sqlite import SqliteDatabase
from services.generation.conversations.conversation import Conversations, Pages
from services.generation.conversations.conversations_sql import SqlConversations
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_conversations import FakeConversations
from tests.generation.conversations.example_conversations import ANA, BEGAN, BOB, OTHER, entry, turn

MIGRATIONS = Path(__file__).parents[2] / "services" / "generation" / "migrations"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(now=BEGAN + 1000)


@pytest.fixture(params=["fake", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: FakeClock) -> Iterator[Conversations]:
    if request.param == "fake":
        yield FakeConversations(clock)
        return
    database: SqliteDatabase | PostgresSchema
    if request.param == "sqlite":
        database = SqliteDatabase(tmp_path / "generation.sqlite3", MIGRATIONS, "The conversations")
    else:
        url = request.getfixturevalue("postgres_url")
        database = PostgresSchema(url, "generation", MIGRATIONS / "postgres", clock)
    yield SqlConversations(database, clock)
    database.close()


def there(pages: Pages | None) -> Pages:
    assert pages is not None
    return pages


def test_a_turn_comes_back_as_it_was(store: Conversations) -> None:
    store.add([entry(1)])
    pages = there(store.get(ANA, "c_1", 10, 0))
    assert pages.turns == (turn(1, seq=1),)
    head = pages.conversation
    assert (head.title, head.language, head.variant, head.turns) == ("Question 1?", "en", "stable", 1)
    assert (head.created_at, head.updated_at) == (BEGAN + 1, BEGAN + 1)
    assert (head.summary, head.summarised) == ("", 0)


def test_any_text_is_kept_as_it_is(store: Conversations) -> None:
    odd = turn(
        1, question="'; DROP TABLE turns; --\n\u202e\U0001f4a5 100 % :tenant", answer='"[]{}\\', sources=()
    )
    store.add([entry(1, question=odd.question, answer=odd.answer, sources=())])
    assert there(store.get(ANA, "c_1", 5, 0)).turns == (replace(odd, seq=1),)


def test_turns_are_numbered_in_the_order_in_which_they_come(store: Conversations) -> None:
    store.add([entry(1), entry(2)])
    store.add([entry(3)])
    turns = there(store.get(ANA, "c_1", 10, 0)).turns
    assert [(one.seq, one.question) for one in turns] == [(n, f"Question {n}?") for n in (1, 2, 3)]


def test_a_turn_that_comes_again_changes_nothing(store: Conversations) -> None:
    store.add([entry(1)])
    store.add([entry(1), entry(2), entry(2)])
    assert [one.seq for one in there(store.get(ANA, "c_1", 10, 0)).turns] == [1, 2]


def test_the_latest_turns_come_in_their_order(store: Conversations) -> None:
    store.add([entry(number) for number in range(1, 8)])
    pages = there(store.recent(ANA, "c_1", 3))
    assert pages.turns == tuple(turn(n, seq=n, sources=(), citations=()) for n in (5, 6, 7))
    assert pages.conversation.turns == 7


def test_turns_come_in_pages(store: Conversations) -> None:
    store.add([entry(number) for number in range(1, 6)])
    assert [one.seq for one in there(store.get(ANA, "c_1", 2, 2)).turns] == [3, 4]
    assert there(store.get(ANA, "c_1", 2, 5)).turns == ()


@pytest.mark.parametrize("stranger", [BOB, OTHER])
def test_nobody_else_sees_or_deletes_a_conversation(store: Conversations, stranger: tuple[str, str]) -> None:
    store.add([entry(1)])
    assert store.get(stranger, "c_1", 10, 0) is None
    assert store.recent(stranger, "c_1", 10) is None
    assert store.list(stranger, 10, None) == []
    assert not store.delete(stranger, "c_1")
    store.summarise(stranger, "c_1", "mine now", 1)
    assert there(store.get(ANA, "c_1", 10, 0)).conversation.summary == ""


def test_two_owners_may_have_the_same_ids(store: Conversations) -> None:
    store.add([entry(1), entry(1, BOB, answer="Bob's."), entry(1, OTHER, answer="The other's.")])
    answers = [there(store.get(owner, "c_1", 10, 0)).turns[0].answer for owner in (ANA, BOB, OTHER)]
    assert answers == ["Answer 1 [1].", "Bob's.", "The other's."]


def test_conversations_are_listed_by_their_last_use(store: Conversations) -> None:
    store.add(
        [entry(1, conversation_id="c_1"), entry(2, conversation_id="c_2"), entry(3, conversation_id="c_3")]
    )
    store.add([entry(4, conversation_id="c_1")])
    listed = store.list(ANA, 10, None)
    assert [(one.conversation_id, one.turns) for one in listed] == [("c_1", 2), ("c_3", 1), ("c_2", 1)]


def test_the_list_comes_in_pages_and_misses_nothing_that_is_equally_old(store: Conversations) -> None:
    store.add([entry(n, conversation_id=f"c_{n}", asked_at=BEGAN) for n in range(5)])
    found, place = [], None
    while page := store.list(ANA, 2, place):
        found += [one.conversation_id for one in page]
        place = (page[-1].updated_at, page[-1].conversation_id)
    assert found == ["c_4", "c_3", "c_2", "c_1", "c_0"]


def test_a_deleted_conversation_is_gone_and_may_begin_anew(store: Conversations, clock: FakeClock) -> None:
    store.add([entry(1), entry(2)])
    store.summarise(ANA, "c_1", "Tea.", 1)
    assert store.delete(ANA, "c_1")
    assert store.get(ANA, "c_1", 10, 0) is None
    assert store.list(ANA, 10, None) == []
    assert not store.delete(ANA, "c_1")
    store.add([entry(3, asked_at=clock.now() + 1)])
    pages = there(store.get(ANA, "c_1", 10, 0))
    assert ([one.seq for one in pages.turns], pages.conversation.title) == ([1], "Question 3?")
    assert pages.conversation.summary == ""


def test_an_answer_that_was_under_way_does_not_bring_a_deleted_conversation_back(
    store: Conversations,
) -> None:
    store.add([entry(1)])
    store.delete(ANA, "c_1")
    store.delete(ANA, "c_9")
    store.add([entry(2), entry(3, conversation_id="c_9")])
    assert store.list(ANA, 10, None) == []


def test_a_summary_only_grows(store: Conversations) -> None:
    store.add([entry(number) for number in range(1, 6)])
    store.summarise(ANA, "c_1", "Up to three.", 3)
    store.summarise(ANA, "c_1", "An old one that comes late.", 2)
    head = there(store.recent(ANA, "c_1", 1)).conversation
    assert (head.summary, head.summarised) == ("Up to three.", 3)
    store.summarise(ANA, "c_9", "of nothing", 3)
    assert store.get(ANA, "c_9", 1, 0) is None


def test_turns_that_come_at_once_are_all_kept(store: Conversations) -> None:
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(store.add, [entry(n), entry(n + 100, BOB)]) for n in range(40)]:
            done.result(30)
    for owner in (ANA, BOB):
        turns = there(store.get(owner, "c_1", 100, 0)).turns
        assert [one.seq for one in turns] == list(range(1, 41))


def test_of_deleting_and_adding_at_once_nothing_older_stays(store: Conversations) -> None:
    with ThreadPoolExecutor(8) as pool:
        for number in range(30):
            key = f"c_{number}"
            added = pool.submit(store.add, [entry(number, conversation_id=key)])
            pool.submit(store.delete, ANA, key).result(30)
            added.result(30)
    assert store.list(ANA, 100, None) == []
