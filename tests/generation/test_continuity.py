"""Whether a question goes on with its conversation."""

from __future__ import annotations

from datetime import UTC, datetime

from services.generation.continuity import clues, continuity
from services.generation.memory import PastTurn
from tests.generation.examples import passage

TEA = PastTurn(
    "q_1", "When is tea served?", "", "Tea is served at four in the garden.", "stop", datetime.now(UTC)
)
NEAR = [passage(dense=0.7, passage_id="p-1"), passage(dense=0.6, passage_id="p-2")]
FAR = [passage(dense=0.2, passage_id="p-3")]


def test_a_question_that_points_back_and_finds_little_alone_goes_on() -> None:
    assert continuity(clues("And is it free?", "en", [TEA], FAR, NEAR)) > 0


def test_a_question_about_something_else_does_not() -> None:
    question = "How many days of parental leave do employees of the Berlin office get?"
    assert continuity(clues(question, "en", [TEA], NEAR, FAR)) < 0


def test_what_was_said_is_asked_and_answered() -> None:
    seen = clues("Which garden has tea?", "en", [TEA], NEAR, NEAR)
    assert seen.said == 1.0
    assert seen.asked == 0.5
    assert seen.kept == 0.4


def test_without_vectors_nothing_is_known_of_the_distance() -> None:
    assert clues("Why?", "en", [TEA], [passage(dense=None)], []).found == 0.5
