"""How good a ranking of documents is, by judgements of which are relevant: as trec_eval counts, binary."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

Ranking = Sequence[str]
"""Names of documents, best first, each once."""


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """Means over the questions of a set, each 0 to 1.

    Attributes:
        questions: How many were asked.
        ndcg10: nDCG of the first ten.
        recall5: Share of the relevant documents that are among the first five.
        recall10: Among the first ten.
        recall100: Among the first hundred.
    """

    questions: int
    ndcg10: float
    recall5: float
    recall10: float
    recall100: float


def figures_of(rankings: Mapping[str, Ranking], relevant: Mapping[str, Collection[str]]) -> RankingFigures:
    """Scores rankings by the question's name; a question without a ranking counts as nothing found.

    Args:
        rankings: What was found for each question.
        relevant: For each question, the documents that answer it: at least one.
    """
    pairs = [(rankings.get(question, ()), wanted) for question, wanted in relevant.items()]
    return RankingFigures(
        questions=len(pairs),
        ndcg10=_mean([ndcg(ranking, wanted, 10) for ranking, wanted in pairs]),
        recall5=_mean([recall(ranking, wanted, 5) for ranking, wanted in pairs]),
        recall10=_mean([recall(ranking, wanted, 10) for ranking, wanted in pairs]),
        recall100=_mean([recall(ranking, wanted, 100) for ranking, wanted in pairs]),
    )


def ndcg(ranking: Ranking, relevant: Collection[str], depth: int) -> float:
    """Returns the normalised discounted cumulative gain of the first so many, 0 to 1.

    Each relevant document at rank r gives 1 / log2(r + 1); the sum is divided by that of the best
    possible ranking (Järvelin and Kekäläinen, "Cumulated gain-based evaluation of IR techniques", 2002).
    """
    best = sum(_discount(rank) for rank in range(1, min(len(relevant), depth) + 1))
    gain = sum(_discount(rank) for rank, name in enumerate(ranking[:depth], 1) if name in relevant)
    return gain / best


def recall(ranking: Ranking, relevant: Collection[str], depth: int) -> float:
    """Returns the share of the relevant documents that is among the first so many, 0 to 1."""
    return len(set(ranking[:depth]) & set(relevant)) / len(relevant)


def _discount(rank: int) -> float:
    return 1.0 / math.log2(rank + 1)


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else math.nan
