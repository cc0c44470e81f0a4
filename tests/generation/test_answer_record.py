"""What is kept of an answer: ids, figures and a masked question; none of the answer's words."""

from __future__ import annotations

from libs.common.answer_record import AnswerRecord, Latencies, RecordedSource, Spent, Versions
from libs.common.deadline import Deadline
from services.generation.answer_record import MAX_QUESTION_BYTES, Unrecorded, answer_record, masked
from services.generation.events import Citation, Delta, Event, Failure, Sources, Usage
from services.generation.source_cards import source_card
from services.generation.tally import Tally
from services.generation.turn import Turn
from tests.fakes.fake_clock import FakeClock
from tests.generation.examples import ANA, COFFEE, TEA, manifest, question, source

CARDS = Sources((source_card(source(1, TEA)), source_card(source(2, COFFEE))))


def _record(*events: Event, asked: str = "When is tea served?", finish: str = "stop") -> AnswerRecord:
    clock = FakeClock()
    tally = Tally(clock, model="m", usage=Usage(10, 5, 0.01), degradations=["rerank"], supports=(0.5, 1.0))
    turn = Turn.of(question(asked), ANA, manifest(), Deadline.after(60, clock))
    clock.advance(0.25)
    ending = Failure("model_failed", "model", True, "No.") if finish == "error" else tally.done("stop")
    return answer_record(turn, tally, [turn.meta(), CARDS, *events, ending], "eu-1")


def test_a_record_says_everything_that_explains_the_answer() -> None:
    first, second = CARDS.cards
    cited = (Citation(1, "Tea", 0.5), Citation(1, "Tea is served", 0.9))
    assert _record(*cited) == AnswerRecord(
        query_id="q_" + "a" * 24,
        conversation_id="c_1",
        question="When is tea served?",
        language="en",
        finish="stop",
        confidence=_record(*cited).confidence,
        needs_review=_record(*cited).needs_review,
        support=0.9,
        versions=Versions("1" * 64, "stable", "local-1", "m", "cited-1", "default-1", "balanced-1", "main"),
        sources=(RecordedSource(1, first.passage_id, True, 0.9), RecordedSource(2, second.passage_id)),
        latencies=Latencies(total_ms=250.0),
        spent=Spent(10, 5, 0.01),
        degradations=("rerank",),
        region="eu-1",
    )


def test_a_failure_names_its_kind_and_has_no_confidence() -> None:
    record = _record(finish="error")
    assert (record.finish, record.error_kind, record.confidence) == ("error", "model_failed", 0.0)


def test_the_question_is_masked_and_the_answers_words_are_nowhere() -> None:
    record = _record(
        Delta("canary-of-the-answer"), Citation(1, "canary-of-the-quote", 1.0), asked="I am a@b.example"
    )
    assert record.question == "I am [e-mail]"
    assert "canary" not in repr(record)


def test_a_question_that_masking_makes_longer_is_cut_between_characters() -> None:
    text = masked("ä" * 2040 + " 203.0.113.7" * 10)
    assert len(text.encode()) <= MAX_QUESTION_BYTES
    assert text.startswith("ä" * 2040 + " [IP address]")


def test_who_keeps_nothing_takes_everything() -> None:
    Unrecorded().offer(ANA, _record())
