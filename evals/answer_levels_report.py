"""What each level of pressure costs answers, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.conditions import Conditions
from evals.question_set import ANSWERABLE, UNANSWERABLE
from evals.report import Judged, table

HEADER = (
    "documents",
    "level",
    "answerable: right",
    "refused",
    "right, follow-ups",
    "not answerable: not answered",
    "answers with suggestions",
    "suggestions",
    "CPU of generation, ms",
    "in `degradations`",
)


@dataclass(slots=True)
class LevelFigures:
    """What was measured under one level.

    Attributes:
        judged: The questions with their answers.
        cpu_ms: CPU that generation took for all of them.
    """

    judged: list[Judged] = field(default_factory=list)
    cpu_ms: float = 0.0


def report(
    found: Mapping[str, Mapping[int, LevelFigures]], conditions: Conditions, absent: Sequence[str]
) -> str:
    """A row for each corpus and level, with the conditions that it was measured under.

    Args:
        found: By corpus, then by level.
        conditions: The machine.
        absent: Why other corpora were not taken.
    """
    machine = (
        f"{conditions.date}, commit {conditions.commit}, {conditions.cores} × {conditions.processor}, "
        f"load {conditions.load:.2f} before."
    )
    how = (
        "Questions asked through the whole product, no language model; the searches are done in full. "
        "An answer is right if it says what it must and cites a document that answers. "
        "The CPU of a follow-up question holds that of the questions before it."
    )
    rows = [
        [corpus, str(level), *_cells(figures)]
        for corpus, levels in found.items()
        for level, figures in levels.items()
    ]
    parts = ["# What each level costs answers", machine, how]
    parts += [table(HEADER, rows)] if rows else []
    return "\n\n".join([*parts, *(f"Not run: {reason}." for reason in absent)])


def _cells(figures: LevelFigures) -> list[str]:
    judged = figures.judged
    due = [each for each in judged if each.question.kind in ANSWERABLE]
    after = [each for each in judged if each.question.kind == "follow_up"]
    none = [each for each in judged if each.question.kind in UNANSWERABLE]
    given = [each.outcome for each in judged if each.outcome.answered]
    named = Counter(step for each in judged for step in each.outcome.degradations)
    return [
        _of(sum(each.verdict == "right" for each in due), len(due)),
        _of(sum(each.verdict == "refused" for each in due), len(due)),
        _of(sum(each.verdict == "right" for each in after), len(after)),
        _of(sum(each.verdict == "right" for each in none), len(none)),
        _of(sum(outcome.suggestions > 0 for outcome in given), len(given)),
        str(sum(outcome.suggestions for outcome in given)),
        f"{figures.cpu_ms / max(1, len(judged)):.1f}",
        ", ".join(f"`{step}` {count}" for step, count in sorted(named.items())) or "–",
    ]


def _of(part: int, whole: int) -> str:
    return f"{part} of {whole}" if whole else "–"
