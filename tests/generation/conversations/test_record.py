"""What is kept of an answer."""

from __future__ import annotations

from libs.common.deadline import Deadline
from services.generation.conversations.record import record
from services.generation.events import Citation, Delta, Done, Event, Failure, Notice, Sources, Timings, Usage
from services.generation.turn import Turn
from tests.fakes.fake_clock import FakeClock
from tests.generation.conversations.example_conversations import BEGAN, CARD
from tests.generation.examples import ANA, manifest, question

DONE = Done("stop", "m", 0.9, False, "", (1,), Usage(), Timings(), ())
SAID: tuple[Event, ...] = (
    Sources((CARD,)),
    Delta("Tea is "),
    Notice("degraded", "x"),
    Delta("at four [1]."),
    Citation(1, "Tea", 0.9),
)


def asked(text: str = "When is tea served?") -> Turn:
    return Turn.of(question(text), ANA, manifest(), Deadline.after(30, FakeClock()))


def test_a_whole_answer_is_kept_with_its_sources_and_citations() -> None:
    kept = record(asked(), "When is tea served at Acme?", (*SAID, DONE), BEGAN)
    assert (kept.question, kept.standalone) == ("When is tea served?", "When is tea served at Acme?")
    assert (kept.answer, kept.finish, kept.refusal_kind) == ("Tea is at four [1].", "stop", "")
    assert (kept.sources, kept.citations) == ((CARD,), (Citation(1, "Tea", 0.9),))
    assert (kept.query_id, kept.manifest_id, kept.language) == (question().query_id, "1" * 64, "en")
    assert (kept.asked_at, kept.seq) == (BEGAN, 0)


def test_an_answer_that_failed_or_was_cut_off_is_kept_as_far_as_it_went() -> None:
    failure = Failure("model_failed", "model", True, "The model broke off.")
    kept = record(asked(), "", (*SAID[:2], failure), BEGAN)
    assert (kept.answer, kept.finish, kept.standalone) == ("Tea is ", "error", "When is tea served?")
    assert record(asked(), "", (), BEGAN).finish == "error"


def test_what_no_database_keeps_is_replaced() -> None:
    kept = record(asked("tea\x00?"), "", (Delta("a\x00b\ud800c"), DONE), BEGAN)
    assert (kept.question, kept.answer) == ("tea\ufffd?", "a\ufffdb?c")
