"""Puts figures into tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals.judgement import Outcome, Verdict, judge
from evals.question_set import ANSWERABLE, Half, Kind, Question
from evals.separation import auc
from evals.squad2 import SquadFigures

_HALVES: tuple[Half, ...] = ("development", "held_out")
_GROUPS: Mapping[str, frozenset[Kind]] = {
    "answerable": ANSWERABLE,
    "follow-up": frozenset({"follow_up"}),
    "other language": frozenset({"language"}),
    "ambiguous": frozenset({"ambiguous"}),
    "near miss": frozenset({"near_miss"}),
    "off topic": frozenset({"off_topic"}),
}

REFERENCE = """\
Beside it, measured on the same material by other means: BM25 alone finds the passage among ten for 96.5 % of
SQuAD's answerable questions, this embedder alone for 93.5 %, their normalised sum for 98.0 %. The best BM25
score tells near misses from answerable questions with AUC .60, one similarity of this embedder with .64, a
logistic model over aligned tokens of the same embedder, cross-validated, with .71 (42 % refused at 15 %).
Off-topic questions are told by a retrieval score alone with AUC .96 to .99.
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with what became of it."""

    corpus: str
    question: Question
    outcome: Outcome

    @property
    def verdict(self) -> Verdict:
        """Right or not."""
        return judge(self.question, self.outcome)


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Returns a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def documents_report(judged: Sequence[Judged]) -> str:
    """Shares of right answers by corpus, kind and half, and how well confidence tells right from wrong."""
    rows = []
    for corpus in dict.fromkeys(each.corpus for each in judged):
        for group, kinds in _GROUPS.items():
            chosen = [each for each in judged if each.corpus == corpus and each.question.kind in kinds]
            if chosen:
                rows.append([corpus, group, *(_share(_of(chosen, half)) for half in _HALVES)])
    length = [len(each.outcome.text) for each in judged if each.outcome.answered]
    lines = [
        table(("documents", "questions", "right, development", "right, held out"), rows),
        "",
        f"Confidence tells right answers from wrong ones with AUC {_confidence_auc(judged)}.",
        f"{_reviewed(judged)}.",
        f"The mean answer has {round(sum(length) / max(1, len(length)))} characters.",
    ]
    return "\n".join(lines)


def kinds_report(judged: Sequence[Judged]) -> str:
    """Right answers by kind and corpus, whatever the half."""
    corpora = tuple(dict.fromkeys(each.corpus for each in judged))
    rows = []
    for group, kinds in _GROUPS.items():
        chosen = [each for each in judged if each.question.kind in kinds]
        if chosen:
            by_corpus = ([each for each in chosen if each.corpus == corpus] for corpus in corpora)
            rows.append([group, *map(_share, by_corpus), _share(chosen)])
    rows.append(
        ["all", *(_share([e for e in judged if e.corpus == corpus]) for corpus in corpora), _share(judged)]
    )
    return table(("questions", *corpora, "both"), rows)


def squad_report(figures: Sequence[SquadFigures]) -> str:
    """The figures of SQuAD 2.0, half by half."""
    header = (
        "half", "answerable", "passage found", "in the best sentence", "in the answer",
        "fit, right against wrong: AUC", "near misses", "AUC", "refused at 15 % false refusals",
    )  # fmt: skip
    rows = [
        [
            each.half.replace("_", " "), str(each.answerable), _percent(each.found), _percent(each.sentence),
            _percent(each.quoted), f"{each.fit_auc:.3f}", str(each.unanswerable), f"{each.near_miss_auc:.3f}",
            _percent(each.near_miss_refused),
        ]
        for each in figures
    ]  # fmt: skip
    return table(header, rows)


def mistakes_report(judged: Sequence[Judged], half: Half) -> str:
    """The questions of a half that were not answered right, each with what was answered."""
    lines = []
    for each in judged:
        if each.question.half == half and each.verdict != "right":
            outcome = each.outcome
            said = outcome.refusal_kind or outcome.text.replace("\n", "\n  ")
            cited = ", ".join(outcome.uris) or "nothing"
            lines.append(
                f"- {each.corpus}, {each.question.kind}: **{each.question.ask}** ({each.verdict}, "
                f"confidence {outcome.confidence:.2f}, cites {cited})\n\n  {said}\n"
            )
    return "\n".join(lines)


def _of(judged: Sequence[Judged], half: Half) -> list[Judged]:
    return [each for each in judged if each.question.half == half]


def _share(judged: Sequence[Judged]) -> str:
    if not judged:
        return "–"
    counts = Counter(each.verdict for each in judged)
    notes = [f"{counts[verdict]} {verdict}" for verdict in ("refused", "flagged") if counts[verdict]]
    share = f"{counts['right']} of {len(judged)} ({_percent(counts['right'] / len(judged))})"
    return share + (f", {', '.join(notes)}" if notes else "")


def _confidence_auc(judged: Sequence[Judged]) -> str:
    parts = []
    for half in _HALVES:
        given = [each for each in _of(judged, half) if each.outcome.answered]
        right = [each.outcome.confidence for each in given if each.verdict == "right"]
        wrong = [each.outcome.confidence for each in given if each.verdict != "right"]
        parts.append(f"{auc(right, wrong):.3f} ({half.replace('_', ' ')}, {len(right)} and {len(wrong)})")
    return ", ".join(parts)


def _reviewed(judged: Sequence[Judged]) -> str:
    given = [each for each in judged if each.outcome.answered]
    flagged = [each for each in given if each.outcome.needs_review]
    wrong = sum(each.verdict != "right" for each in flagged)
    return f"{len(flagged)} of {len(given)} answers ask for review, {wrong} of those are wrong"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
