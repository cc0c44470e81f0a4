"""Makes the weights by which an answer's fit is judged: `python -m evals.fit_answers`.

Prints the tables of `services/generation/answer_weights.py`. Nothing of a held-out half is learned from.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.data_folder import models_folder
from evals.corpora import FOLDER, SQUAD2
from evals.fit_sentences import Example, gathered
from evals.kept_vectors import KeptVectors
from evals.linear_models import Array, fit_yes
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.alignment import FEATURES as ALIGNED
from services.generation.alignment import Alignment
from services.generation.evidence import weigh
from services.generation.language import language_of
from services.generation.sentence_features import AT
from services.generation.sentence_ranking import SentenceRanking

FOUND = ("passage_cosine",)
"""What tells near misses beside the alignment, by cross-validation over the articles of SQuAD 2.0."""
OF_ANSWER = ("cosine", "names", "no_fact", "defines")
"""What the judgement of the whole answer looks at, of the best sentence's features."""
BESIDE = ("relevance", "closeness")
_SQUAD_WEIGHT = 0.6
"""What one of its questions counts, where one about documents counts 8: there are so many of them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question with what is known of its best sentence.

    Attributes:
        found: Features of the sentence, by `FOUND`.
        aligned: It, read against the question, by `alignment.FEATURES`.
        judged: What the answer is judged by, by `OF_ANSWER`, then the relevance.
        answerable: Whether the documents answer the question; None where that teaches nothing of near misses.
        answered: Whether what would be quoted is right.
        weight: How much it counts.
    """

    found: tuple[float, ...]
    aligned: tuple[float, ...]
    judged: tuple[float, ...]
    answerable: bool | None
    answered: bool
    weight: float


Table = tuple[dict[str, float], float]
"""Weights by name, and the constant."""


def rows_of(examples: Iterable[Example], alignment: Alignment) -> Iterator[Row]:
    """Yields what there is to learn from; examples that teach nothing here are left out."""
    for example in examples:
        if not example.ranked or example.fit_weight <= 0:
            continue
        best = example.ranked[0]
        language = language_of(example.question)
        aligned = alignment.aligned(example.question, best.words, language)
        relevance = weigh(example.question, example.found.passages, language, 0.0).relevance
        judged = (*(best.features[AT[name]] for name in OF_ANSWER), relevance)
        yield Row(
            found=tuple(best.features[AT[name]] for name in FOUND),
            aligned=tuple(aligned[name] for name in ALIGNED),
            judged=judged,
            answerable=example.answerable,
            answered=example.answered,
            weight=example.fit_weight if example.answerable is None else _SQUAD_WEIGHT,
        )


def closeness_table(rows: Sequence[Row]) -> Table:
    """Fits what tells questions with an answer from near misses, on SQuAD 2.0 alone."""
    taught = [row for row in rows if row.answerable is not None]
    features = np.array([[*row.found, *row.aligned] for row in taught])
    yes = np.array([float(bool(row.answerable)) for row in taught])
    return _table((*FOUND, *ALIGNED), features, yes, np.ones(len(taught)), ridge=6e-3)


def answer_table(rows: Sequence[Row], closeness: Table) -> Table:
    """Fits the probability that an answer is right, the closeness being one of its features."""
    weights, constant = np.array(list(closeness[0].values())), closeness[1]
    features = np.array(
        [[*row.judged, constant + np.dot([*row.found, *row.aligned], weights)] for row in rows]
    )
    yes = np.array([float(row.answered) for row in rows])
    return _table((*OF_ANSWER, *BESIDE), features, yes, np.array([row.weight for row in rows]), ridge=1e-3)


def _table(names: Sequence[str], features: Array, yes: Array, weight: Array, ridge: float) -> Table:
    coefficients, constant = fit_yes(features, yes, weight, ridge)
    named = zip(names, map(float, coefficients), strict=True)
    return {name: round(value, 3) for name, value in named}, round(constant, 3)


def main(arguments: Sequence[str] | None = None) -> int:
    """Gathers the examples, fits, and prints the tables; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit_answers", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where indexes and vectors are kept")
    folder = parser.parse_args(arguments).folder
    if SQUAD2.absence:
        sys.stderr.write(f"evals: {SQUAD2.absence}\n")
        return 1
    vectors = KeptVectors(open_embedder(models_folder(folder)), folder)
    examples = gathered(folder, SentenceRanking(vectors), squad_size=None)
    rows = list(rows_of(examples, Alignment(vectors)))
    vectors.save()
    closeness = closeness_table(rows)
    for name, (weights, constant) in (("CLOSE", closeness), ("ANSWER", answer_table(rows, closeness))):
        print(name, json.dumps(weights, indent=4), f"{name}_BIAS", constant)
    return 0


if __name__ == "__main__":
    sys.exit(main())
