"""Measures which questions may share a curated answer, on pairs of customers' questions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.data_folder import models_folder
from evals.corpora import DATA, FOLDER
from evals.question_set import Half, half_of
from evals.report import table
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.curated import LEAST_SIMILARITY
from services.generation.same_question import may_share

PAIRS = DATA / "intents-oos" / "answer_cache_pairs.jsonl"
MOST_WRONG = 0.01
_HALVES: tuple[Half, ...] = ("development", "held_out")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions.

    Attributes:
        half: The half that the first one belongs to.
        same: Whether they may have one answer.
        similarity: Cosine of their vectors.
        agree: Whether numbers, denials and names agree.
    """

    half: Half
    same: bool
    similarity: float
    agree: bool

    def shares(self, least: float, *, guarded: bool = True) -> bool:
        """Whether one would be answered by what was written for the other."""
        return self.similarity >= least and (self.agree or not guarded)


def least_similarity(pairs: Sequence[Pair]) -> float:
    """Returns the least cosine, in hundredths, with at most 1 % of wrong pairs among these."""
    for hundredths in range(50, 101):
        least = hundredths / 100
        if share(pairs, same=False, least=least) <= MOST_WRONG:
            return least
    return 1.0


def share(pairs: Sequence[Pair], *, same: bool, least: float, guarded: bool = True) -> float:
    """Returns the share of pairs of a kind that would share an answer."""
    chosen = [pair for pair in pairs if pair.same == same]
    return sum(pair.shares(least, guarded=guarded) for pair in chosen) / max(1, len(chosen))


def run(full: bool) -> str:
    """Measures all pairs; there is no sample."""
    if not PAIRS.exists():
        return "## Curated answers\n\nNot run: the pairs of questions are not beside this checkout."
    return report(_pairs())


def report(pairs: Sequence[Pair]) -> str:
    """The threshold that one half asks for, and what the one in use does on both."""
    by_half = {half: [pair for pair in pairs if pair.half == half] for half in _HALVES}
    rows = [
        (half.replace("_", " "), name, *(
            f"{100 * share(chosen, same=same, least=LEAST_SIMILARITY, guarded=guarded):.1f} %"
            for same in (True, False)
        ))
        for half, chosen in by_half.items()
        for name, guarded in (("with", True), ("without", False))
    ]  # fmt: skip
    header = ("half", "agreement of numbers, denials, names", "may share, does", "must not, does")
    asked = least_similarity(by_half["development"])
    return "\n\n".join(
        (
            "## Curated answers",
            f"{len(pairs)} pairs; a cosine of {LEAST_SIMILARITY} is in use, one half asks for {asked}.",
            table(header, rows),
        )
    )


def _pairs() -> list[Pair]:
    rows = [json.loads(line) for line in PAIRS.read_text(encoding="utf-8").splitlines()]
    texts = sorted({row[side] for row in rows for side in ("a", "b")})
    vectors = dict(zip(texts, open_embedder(models_folder(FOLDER)).embed_passages(texts), strict=True))
    return [
        Pair(
            half_of(row["a"]),
            row["same_answer"],
            float(vectors[row["a"]] @ vectors[row["b"]]),
            may_share(row["a"], row["b"]),
        )
        for row in rows
    ]
