"""Figures of retrieval beside reference figures, as tables."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.conditions import Conditions
from evals.off_topic import OffTopicFigures
from evals.ranking_figures import RankingFigures
from evals.report import table

FIGURES: Mapping[str, str] = {
    "ndcg10": "nDCG@10",
    "recall5": "recall@5",
    "recall10": "recall@10",
    "recall100": "recall@100",
}
TARGETS: Mapping[tuple[str, str], float] = {
    ("scifact", "ndcg10"): 0.730,
    ("scifact", "recall100"): 0.955,
    ("squad2", "recall5"): 0.96,
}
OFF_TOPIC_TARGET = 0.96

SYSTEMS = ("BM25", "this model alone", "fused by ranks", "fused by scores")
REFERENCES: Mapping[tuple[str, str], Sequence[float]] = {
    ("scifact", "ndcg10"): (0.683, 0.654, 0.721, 0.736),
    ("scifact", "recall10"): (0.809, 0.806, 0.854, 0.862),
    ("scifact", "recall100"): (0.921, 0.945, 0.962, 0.958),
    ("squad2", "ndcg10"): (0.896, 0.791, 0.887, 0.916),
    ("squad2", "recall10"): (0.965, 0.935, 0.976, 0.980),
    ("squad2", "recall100"): (0.996, 0.996, 0.999, 0.999),
    ("ocp-docs", "ndcg10"): (0.713,),
    ("ocp-docs", "recall10"): (0.867,),
    ("ocp-docs", "recall100"): (0.980,),
}
"""Measured by other means on all of each set's questions, a document being one passage: bm25s, this
embedding model at 512 tokens, and both lists of a hundred fused: by ranks with k = 60, or as an equal sum of
normalised scores."""

PUBLISHED = """\
Published on SciFact's test claims, nDCG@10 / recall@100: BM25 (Anserini) .679 / .925, all-MiniLM-L6-v2
.645 / .925, bge-small-en-v1.5 .713 / .945, SPLADE-v3 .714 / .936, BM25 and bge-base fused by ranks
.742 / .977, answerai-colbert-small .748. The weight of `fused by scores` above was chosen on the test claims.
OpenShift's labels come from words and favour BM25. MTRAG-UN's questions are asked as they stand, follow-ups
without their conversation: recall@5 .856 by other means, on both halves."""


@dataclass(frozen=True, slots=True)
class SetFigures:
    """What was found of one set.

    Attributes:
        name: The set.
        asked: Which of its questions were asked, in words.
        passages: Passages that its documents came to.
        ranking: How good the rankings are.
        off_topic: How well questions about something else are told apart; None where there were none.
        profile: The profile that the service searched with.
        degradations: How often what was skipped.
    """

    name: str
    asked: str
    passages: int
    ranking: RankingFigures
    off_topic: OffTopicFigures | None = None
    profile: str = ""
    degradations: Counter[str] = field(default_factory=Counter)


def machine_line(conditions: Conditions) -> str:
    """What the figures were measured on."""
    return f"{conditions.cores} × {conditions.processor}, load {conditions.load:.2f} before."


def tables(found: Sequence[SetFigures]) -> str:
    """The figures of all sets, with what there is to be said about them."""
    parts = [_rankings(found), PUBLISHED, *_shortfalls(found)]
    separated = [one for one in found if one.off_topic]
    if separated:
        parts += ["### Off topic", _separations(separated)]
    return "\n\n".join(parts)


def _rankings(found: Sequence[SetFigures]) -> str:
    header = ("set", "questions", "passages", "figure", "**Causeway**", "target", *SYSTEMS)
    rows = []
    for one in found:
        for figure, words in FIGURES.items():
            value = getattr(one.ranking, figure)
            references = REFERENCES.get((one.name, figure), ())
            first = [f"{one.name}, {one.asked}", f"{one.ranking.questions:,}", f"{one.passages:,}"]
            rows.append(
                [
                    *(first if figure == "ndcg10" else ["", "", ""]),
                    words, f"**{_shown(value)}**", _target(value, TARGETS.get((one.name, figure))),
                    *(_shown(reference) for reference in _padded(references)),
                ]
            )  # fmt: skip
    return table(header, rows)


def _separations(found: Sequence[SetFigures]) -> str:
    header = (
        "documents",
        "on topic",
        "off topic",
        "AUC of the relevance",
        "target",
        "of the similarity alone",
    )
    rows = [
        [
            one.name, f"{each.on_topic:,}", f"{each.off_topic:,}", f"**{_shown(each.relevance)}**",
            _target(each.relevance, OFF_TOPIC_TARGET), _shown(each.similarity),
        ]
        for one in found if (each := one.off_topic)
    ]  # fmt: skip
    return table(header, rows)


def _shortfalls(found: Sequence[SetFigures]) -> list[str]:
    """Says which searches went without something: such figures are not those of the whole product."""
    profiles = ", ".join(sorted({one.profile for one in found if one.profile}))
    lines = [f"Profile: {profiles}."] if profiles else []
    for one in found:
        skipped = ", ".join(f"{step} ({count:,})" for step, count in sorted(one.degradations.items()))
        if skipped:
            lines.append(f"{one.name}: pages that went without something: {skipped}.")
    return lines


def _target(value: float, target: float | None) -> str:
    if target is None:
        return ""
    return f"≥ {_shown(target)}: {'met' if value >= target else '**not met**'}"


def _padded(references: Sequence[float]) -> list[float]:
    return [*references, *[math.nan] * (len(SYSTEMS) - len(references))]


def _shown(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.3f}"
