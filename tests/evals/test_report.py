"""The report counts what it was given."""

from __future__ import annotations

from evals.judgement import Outcome
from evals.question_set import Kind, Question
from evals.report import Judged, documents_report, mistakes_report, squad_report, table
from evals.squad2 import SquadFigures


def named(half: str, kind: Kind, **given: tuple[str, ...]) -> Question:
    """A question that falls into a half."""
    texts = (f"Question {number}?" for number in range(100))
    return next(q for q in (Question(text, kind, **given) for text in texts) if q.half == half)


EASY = named("development", "answerable", sources=("a.md",), right=("yes",))
HARD = named("held_out", "paraphrase", sources=("a.md",), right=("yes",))
GOOD = Outcome("stop", "yes [1]", ("a.md",), 0.9)
BAD = Outcome("stop", "no [1]", ("b.md",), 0.2, needs_review=True)


def test_a_table_is_markdown() -> None:
    assert table(("a", "b"), [("1", "2")]) == "| a | b |\n| --- | --- |\n| 1 | 2 |"


def test_shares_are_given_by_corpus_kind_and_half() -> None:
    refused = Judged("handbook", named("held_out", "off_topic"), Outcome("refusal"))
    report = documents_report([Judged("handbook", EASY, GOOD), Judged("handbook", HARD, BAD), refused])
    assert "| handbook | answerable | 1 of 1 (100.0 %) | 0 of 1 (0.0 %), 1 flagged |" in report
    assert "| handbook | off topic | – | 1 of 1 (100.0 %) |" in report
    assert "1 of 2 answers ask for review, 1 of those are wrong" in report


def test_confidence_is_compared_within_each_half() -> None:
    report = documents_report([Judged("own", EASY, GOOD), Judged("own", EASY, BAD)])
    assert "AUC 1.000 (development, 1 and 1), nan (held out, 0 and 0)" in report


def test_only_mistakes_of_the_half_are_listed() -> None:
    judged = [Judged("own", EASY, GOOD), Judged("own", EASY, BAD), Judged("own", HARD, BAD)]
    listed = mistakes_report(judged, "development")
    assert listed.count("**") == 2
    assert "flagged, confidence 0.20, cites b.md" in listed


def test_squad_figures_are_percentages() -> None:
    report = squad_report([SquadFigures("held_out", 300, 200, 0.97, 0.8, 0.9, 0.66, 0.31, 0.7)])
    assert "| held out | 300 | 97.0 % | 80.0 % | 90.0 % | 0.700 | 200 | 0.660 | 31.0 % |" in report
