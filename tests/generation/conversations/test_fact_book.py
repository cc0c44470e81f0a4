"""What is remembered across conversations: little, once, and only where it matters."""

from __future__ import annotations

import pytest

from services.generation.conversations.fact_book import MAX_FACTS, MAX_RECALLED, FactBook
from tests.fakes.fake_clock import FakeClock
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.fake_facts import FakeFacts
from tests.generation.conversations.example_conversations import ANA, BOB


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def facts() -> FakeFacts:
    return FakeFacts()


@pytest.fixture
def book(facts: FakeFacts, clock: FakeClock) -> FactBook:
    return FactBook(facts, FakeEmbedder(), clock)


def test_what_matters_for_a_question_is_recalled(book: FactBook) -> None:
    book.learn(ANA, "c_1", ["I use the staging cluster", "My cat likes fish"])
    assert book.recall(ANA, "How do I deploy to the staging cluster?") == ("I use the staging cluster",)
    assert book.recall(ANA, "Entirely different words") == ()


def test_nobody_elses_facts_are_recalled(book: FactBook) -> None:
    book.learn(BOB, "c_1", ["I use the staging cluster"])
    assert book.recall(ANA, "the staging cluster") == ()


def test_the_nearest_come_first_and_not_too_many(book: FactBook) -> None:
    book.learn(ANA, "c_1", [f"staging cluster number {n}" for n in range(10)])
    recalled = book.recall(ANA, "staging cluster number 3")
    assert recalled[0] == "staging cluster number 3"
    assert len(recalled) == MAX_RECALLED


def test_the_same_again_is_kept_once_with_its_last_words(book: FactBook, facts: FakeFacts) -> None:
    book.learn(ANA, "c_1", ["I use staging here"])
    book.learn(ANA, "c_2", ["i use STAGING here"])
    book.learn(ANA, "c_3", ["here I use staging"])
    assert [fact.text for fact in facts.of(ANA)] == ["here I use staging"]


def test_there_are_never_more_than_a_hundred_and_the_oldest_leave(
    book: FactBook, facts: FakeFacts, clock: FakeClock
) -> None:
    for number in range(MAX_FACTS + 5):
        clock.advance(1)
        book.learn(ANA, "c_1", [f"word{number} thing{number} part{number}"])
    texts = [fact.text for fact in facts.of(ANA)]
    assert len(texts) == MAX_FACTS
    assert texts[0].startswith("word104 ")
    assert texts[-1].startswith("word5 ")


def test_vectors_of_another_embedder_are_not_compared(facts: FakeFacts, clock: FakeClock) -> None:
    FactBook(facts, FakeEmbedder("old"), clock).learn(ANA, "c_1", ["I use staging"])
    assert FactBook(facts, FakeEmbedder("new"), clock).recall(ANA, "I use staging") == ()
