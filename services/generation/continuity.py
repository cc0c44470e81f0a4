"""Tells whether a question goes on with the conversation or begins a new subject."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.generation.leaning import leaning
from services.generation.memory import PastTurn
from services.generation.passage import Passage
from services.generation.terms import content_terms, coverage

TURNS = 2
"""Turns before the question that are looked at."""

FEATURES = ("said", "asked", "leaning", "found", "kept")
_WEIGHTS = (6.15, 6.95, 0.65, -10.6, 2.58)
_CONSTANT = 2.79
_WITHOUT_VECTORS = 0.5
"""Stands for the similarity of what was found where the vectors were not searched."""
_TOP, _OFFERED = 5, 8


@dataclass(frozen=True, slots=True)
class Clues:
    """What speaks for going on.

    Attributes:
        said: Share of the question's content words that were said in the last turns, by whomever.
        asked: Share that was asked in them.
        leaning: Log-odds that the question cannot be understood alone.
        found: Cosine of the passage nearest to the question alone; the higher, the better it stands alone.
        kept: Share of the first five passages for the question alone that are found with the conversation's
            words, too.
    """

    said: float
    asked: float
    leaning: float
    found: float
    kept: float


def continuity(clues: Clues) -> float:
    """Returns the log-odds that a question goes on with the conversation."""
    values = (clues.said, clues.asked, clues.leaning, clues.found, clues.kept)
    return _CONSTANT + sum(weight * value for weight, value in zip(_WEIGHTS, values, strict=True))


def clues(
    question: str,
    language: str,
    turns: Sequence[PastTurn],
    alone: Sequence[Passage],
    together: Sequence[Passage],
) -> Clues:
    """Returns what speaks for it.

    Args:
        question: The question.
        language: ISO 639-1 code of its language.
        turns: The conversation before it, oldest first.
        alone: What is found for the question alone, best first.
        together: What is found for it with the conversation's words.
    """
    last = turns[-TURNS:]
    wanted = content_terms(question, language)
    asked = content_terms(" ".join(turn.question for turn in last), language)
    said = asked | content_terms(" ".join(turn.answer for turn in last), language)
    cosines = [passage.dense for passage in alone if passage.dense is not None]
    offered = {passage.passage_id for passage in together[:_OFFERED]}
    top = [passage.passage_id for passage in alone[:_TOP]]
    return Clues(
        said=coverage(wanted, said) if wanted else 0.0,
        asked=coverage(wanted, asked) if wanted else 0.0,
        leaning=leaning(question, language),
        found=max(cosines, default=_WITHOUT_VECTORS),
        kept=sum(one in offered for one in top) / _TOP,
    )
