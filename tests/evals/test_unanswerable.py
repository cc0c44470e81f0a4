"""Unanswerable questions of conversations are counted apart from answerable ones."""

from __future__ import annotations

from evals.mtrag import Asked
from evals.unanswerable import Fitted, report


def fitted(number: int, answerability: str, fit: float) -> Fitted:
    return Fitted(Asked(f"c{number}<::>1", "?", (), "govt", answerability, True, frozenset()), fit)


def test_the_area_is_one_where_every_answerable_question_fits_better() -> None:
    told = [fitted(n, "ANSWERABLE", 0.8 + n / 100) for n in range(10)]
    told += [fitted(n, "UNANSWERABLE", 0.1) for n in range(10)]
    told += [fitted(3, "PARTIAL", 0.5)]
    both = report(told).splitlines()[2]
    assert both == "| both | 10 | 1 | 10 | 1.000 | 100.0 % |"


def test_what_fits_alike_is_not_told_apart() -> None:
    told = [fitted(n, kind, 0.5) for n in range(10) for kind in ("ANSWERABLE", "UNANSWERABLE")]
    assert "| 0.500 |" in report(told).splitlines()[2]
