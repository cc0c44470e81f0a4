"""The table of what levels cost answers."""

from __future__ import annotations

from benchmarks.conditions import Conditions
from evals.answer_levels_report import HEADER, LevelFigures, report
from evals.judgement import Outcome
from evals.question_set import Question
from evals.report import Judged

CONDITIONS = Conditions("2026-01-01", "abc", 2, "a processor", 24.0, "linux", "3.12", {}, 0.5, "")
DUE = Question("When?", sources=("leave.md",), right=("1066",))
AFTER = Question("And there?", "follow_up", ("When?",), ("leave.md",), ("1066",))
OTHER = Question("Who is the king?", "off_topic")
RIGHT = Outcome("stop", "In 1066.", ("leave.md",), suggestions=2)
SHORT = Outcome("stop", "In May.", ("leave.md",), degradations=("suggestions", "short_context"))


def _row(printed: str, corpus: str, level: int) -> dict[str, str]:
    lines = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in printed.splitlines()]
    (found,) = (cells for cells in lines if cells[:2] == [corpus, str(level)])
    return dict(zip(HEADER, found, strict=True))


def test_a_row_tells_what_a_level_is_like() -> None:
    whole = LevelFigures(
        [Judged("handbook", DUE, RIGHT), Judged("handbook", AFTER, RIGHT), Judged("handbook", OTHER, RIGHT)],
        300.0,
    )
    half = LevelFigures(
        [Judged("handbook", DUE, SHORT), Judged("handbook", DUE, Outcome("refusal"))], cpu_ms=80.0
    )
    printed = report({"handbook": {0: whole, 2: half}}, CONDITIONS, [])
    assert _row(printed, "handbook", 0) == {
        "documents": "handbook",
        "level": "0",
        "answerable: right": "1 of 1",
        "refused": "0 of 1",
        "right, follow-ups": "1 of 1",
        "not answerable: not answered": "0 of 1",
        "answers with suggestions": "3 of 3",
        "suggestions": "6",
        "CPU of generation, ms": "100.0",
        "in `degradations`": "–",
    }
    row = _row(printed, "handbook", 2)
    assert (row["answerable: right"], row["refused"], row["right, follow-ups"]) == ("0 of 2", "1 of 2", "–")
    assert (row["answers with suggestions"], row["CPU of generation, ms"]) == ("0 of 1", "40.0")
    assert row["in `degradations`"] == "`short_context` 1, `suggestions` 1"


def test_what_is_not_here_is_listed_and_there_is_no_empty_table() -> None:
    printed = report({}, CONDITIONS, ["squad2: /gone is not here"])
    assert printed.endswith("Not run: squad2: /gone is not here.")
    assert "| documents" not in printed
