"""Measures how well a conversation's unanswerable questions are told from those that passages answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.data_folder import models_folder
from evals.corpora import FOLDER
from evals.kept_vectors import KeptVectors
from evals.local_index import LocalIndex
from evals.mtrag import MTRAG, Asked, conversations, passages
from evals.question_set import Half
from evals.report import table
from evals.rewriting import looked_for
from evals.separation import auc, refused_at
from evals.squad2 import FALSE_REFUSALS, Reading, fit_of, ranked_for
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.alignment import Alignment
from services.generation.sentence_ranking import SentenceRanking

_HEADING = "## Unanswerable questions of conversations"
_HALVES: tuple[Half | None, ...] = (None, "development", "held_out")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A question with how likely its best sentence answers it, 0 to 1."""

    question: Asked
    fit: float


def run(full: bool) -> str:
    """Reads the best sentence for every question; all are taken, whatever `full` says."""
    if MTRAG.absence:
        return f"{_HEADING}\n\nNot run: {MTRAG.absence}."
    vectors = KeptVectors(open_embedder(models_folder(FOLDER)), FOLDER)
    index, reading = LocalIndex(passages(), vectors), Reading(SentenceRanking(vectors), Alignment(vectors))
    fitted = [_fitted(each, index, reading) for each in conversations() if not each.underspecified]
    vectors.save()
    return f"{_HEADING}\n\nMTRAG-UN, by the support of the best sentence\n\n{report(fitted)}"


def report(fitted: Sequence[Fitted]) -> str:
    """Puts areas and rates into a table, a row for each half."""
    return table(
        ("half", "answerable", "partial", "unanswerable", "AUC", "refused at 15 % false refusals"),
        [_row(half, [each for each in fitted if half in (None, each.question.half)]) for half in _HALVES],
    )


def _row(half: Half | None, fitted: Sequence[Fitted]) -> list[str]:
    answerable, partial, unanswerable = (
        [each.fit for each in fitted if each.question.answerability == kind]
        for kind in ("ANSWERABLE", "PARTIAL", "UNANSWERABLE")
    )
    return [
        half.replace("_", " ") if half else "both",
        *(str(len(fits)) for fits in (answerable, partial, unanswerable)),
        f"{auc(answerable, unanswerable):.3f}",
        f"{100 * refused_at(answerable, unanswerable, FALSE_REFUSALS):.1f} %",
    ]


def _fitted(question: Asked, index: LocalIndex, reading: Reading) -> Fitted:
    asked, found = looked_for(question, index.search)
    ranked = ranked_for(asked, found, reading.ranking)
    return Fitted(question, fit_of(asked, found, ranked, reading))
