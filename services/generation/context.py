"""Assembles what a model may read: numbered sources within its budget."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from services.generation.neighbours import joined, spread
from services.generation.passage import Passage, Source
from services.generation.sentences import sentence_spans

MIN_REMAINDER = 100
"""Tokens that the rest of a cut passage must have to be worth a source."""

_ALIKE = 0.85
"""Share of common words from which the lesser of two passages adds nothing."""
_OVERHEAD = 24
"""Tokens that the frame around a source takes: its number, title and headings."""
_WIDE = re.compile("[\u2e80-\U0003ffff]")
_CHARACTERS_PER_TOKEN = 3.6
"""Of English prose in the tokenizers of today's models, rounded down to stay within the budget."""


def count_tokens(text: str) -> int:
    """Estimates a text's tokens from above, without any model's tokenizer.

    Scripts without spaces count a token a character.
    """
    wide = 0 if text.isascii() else len(_WIDE.findall(text))
    return wide + math.ceil((len(text) - wide) / _CHARACTERS_PER_TOKEN)


def assemble(passages: Sequence[Passage], budget: int, *, for_model: bool = False) -> tuple[Source, ...]:
    """Numbers the passages that fit, best first, near-duplicates out.

    A passage that does not fit is cut at the end of a sentence, if enough of it remains, or skipped:
    a smaller one may follow.

    Args:
        passages: What was found, best first.
        budget: Tokens that all sources together may take.
        for_model: Whether a model reads them in their order: then passages that follow each other are one
            source, and one document does not crowd out the others.
    """
    distinct = _distinct(passages)
    if for_model:
        distinct = spread(joined(distinct))
    sources: list[Source] = []
    left = budget
    for passage in distinct:
        text = _fitted(passage.text, left - _OVERHEAD)
        if text:
            sources.append(Source(len(sources) + 1, passage, text))
            left -= count_tokens(text) + _OVERHEAD
    return tuple(sources)


def within(sources: Sequence[Source], budget: int) -> tuple[Source, ...]:
    """The sources that a model with a smaller budget may read; they keep their numbers."""
    kept: list[Source] = []
    left = budget
    for source in sources:
        text = _fitted(source.text, left - _OVERHEAD)
        if text:
            kept.append(Source(source.n, source.passage, text))
            left -= count_tokens(text) + _OVERHEAD
    return tuple(kept)


def _distinct(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages that hold something, each only where no better one says nearly the same."""
    kept: list[Passage] = []
    seen: list[frozenset[str]] = []
    for passage in passages:
        words = frozenset(passage.text.lower().split())
        if words and not any(_alike(words, other) for other in seen):
            seen.append(words)
            kept.append(passage)
    return tuple(kept)


def _alike(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = min(len(one), len(other))
    return smaller > 0 and len(one & other) >= _ALIKE * max(len(one), len(other))


def _fitted(text: str, budget: int) -> str:
    """The text, or as many of its first sentences as fit; empty when that is too little."""
    if count_tokens(text) <= budget:
        return text
    fitting = ""
    for _, end in sentence_spans(text):
        if count_tokens(text[:end]) > budget:
            break
        fitting = text[:end]
    return fitting if count_tokens(fitting) >= MIN_REMAINDER else ""
