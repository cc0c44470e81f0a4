"""Tells whether the passages treat the question's subject at all, before a model is paid for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.generation.passage import Passage
from services.generation.terms import content_terms, coverage

SIMILARITY, COVERAGE = 0.75, 0.25
"""Weights chosen on questions about two sets of documentation and an encyclopaedia against the
out-of-scope questions of CLINC150: AUC .98 to 1.0, similarity alone .97 to 1.0, coverage alone .94 to .98."""

_COVERING = 3
"""Passages from the top among which the one with most of the question's words is looked for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the passages.

    Attributes:
        relevance: How near the nearest passage is to the question, 0 to 1.
        on_topic: Whether that is enough to go on.
    """

    relevance: float
    on_topic: bool


def weigh(question: str, passages: Sequence[Passage], language: str, min_relevance: float) -> Evidence:
    """Compares a question with what was found for it.

    The relevance is the cosine of the most similar passage and the greatest share of the question's
    content words that one of the top passages has with its headings. Where the vectors were not
    searched, the words decide alone.

    Args:
        question: The question.
        passages: What was found, best first.
        language: ISO 639-1 code of the question's language.
        min_relevance: The policy's threshold, 0 to 1.
    """
    if not passages:
        return Evidence(0.0, on_topic=False)
    wanted = content_terms(question, language)
    covered = max(coverage(wanted, _words(passage, language)) for passage in passages[:_COVERING])
    cosines = [passage.dense for passage in passages if passage.dense is not None]
    if not cosines:
        relevance = covered
    elif not wanted:
        relevance = max(cosines)
    else:
        relevance = SIMILARITY * max(cosines) + COVERAGE * covered
    relevance = min(1.0, max(0.0, relevance))
    return Evidence(relevance, on_topic=relevance >= min_relevance)


def _words(passage: Passage, language: str) -> frozenset[str]:
    return content_terms(" ".join((passage.title, *passage.heading_path, passage.text)), language)
