"""Which of a set's questions figures are reported of, and which may be tuned on: never the same ones."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TypeVar

from evals.judged_set import JudgedQuestion, JudgedSet
from evals.question_set import Half, half_of

T = TypeVar("T")

_SPLIT_BY_ITS_AUTHORS = "scifact"


def reported(judged: JudgedSet) -> tuple[str, tuple[JudgedQuestion, ...]]:
    """Returns the questions that figures are reported of, and what they are called."""
    if judged.name == _SPLIT_BY_ITS_AUTHORS:
        return "test claims", judged.questions("test")
    return "held out", _half(judged, "held_out")


def tunable(judged: JudgedSet) -> tuple[JudgedQuestion, ...]:
    """Returns the questions that may be tuned on; two claims of SciFact stand in both of its splits."""
    if judged.name != _SPLIT_BY_ITS_AUTHORS:
        return _half(judged, "development")
    kept_apart = {question.text for question in judged.questions("test")}
    return tuple(question for question in judged.questions("train") if question.text not in kept_apart)


def sample(items: Sequence[T], text: Callable[[T], str], most: int | None) -> tuple[T, ...]:
    """Returns so many at most, always the same ones, chosen by a hash of their text; None for all."""
    return tuple(items) if most is None else tuple(sorted(items, key=lambda item: _digest(text(item)))[:most])


def _half(judged: JudgedSet, half: Half) -> tuple[JudgedQuestion, ...]:
    return tuple(question for question in judged.questions() if half_of(question.text) == half)


def _digest(text: str) -> str:
    return hashlib.sha256(f"sample {text}".encode()).hexdigest()
