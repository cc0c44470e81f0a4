"""Reads a sentence closely against a question: which words of the question it does not account for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from libs.embedding.embedder import Vectors
from libs.embedding.token_vectors import TokenReader
from services.generation.opposites import is_ordinal, negates, opposites
from services.generation.terms import content_terms

FEATURES: tuple[str, ...] = (
    "unmatched_name", "unmatched_number", "unmatched_likeness", "unmatched_share", "function_words",
    "opposites", "other_ordinal", "negated", "only_question_negated",
)  # fmt: skip
"""What is measured, see `aligned`."""

_WORD = re.compile(r"[^\W_]+")
_DIGIT = re.compile(r"\d")
_ALIKE, _SHARED, _USUAL = 1.0, 0.6, 0.5
"""What counts where no word is unmatched, and where a question has no function words."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A text by its words.

    Attributes:
        text: The text.
        words: Its words as they stand there.
        lower: The same in lower case.
        terms: The content words of each; none of a function word.
        vectors: Their vectors of length 1, each the mean of its tokens' in the company of the whole text.
    """

    text: str
    words: tuple[str, ...]
    lower: tuple[str, ...]
    terms: tuple[frozenset[str], ...]
    vectors: Vectors


class Alignment:
    """Compares questions with sentences word by word, by form and by contextual vectors.

    That a sentence is about the same things does not make it an answer: near misses differ from it in a name,
    a number, a qualifier or a negation. The measures follow work on recognising textual entailment by
    alignment (MacCartney, Galley and Manning, 2008).

    Args:
        tokens: Makes the vectors, about 2 ms for a question and 3 ms for a sentence.
    """

    def __init__(self, tokens: TokenReader) -> None:
        self._tokens = tokens

    def aligned(self, question: str, sentence: str, language: str) -> Mapping[str, float]:
        """Returns the measures by the names of `FEATURES`. Computes: call it in a thread.

        A content word of the question is matched where the sentence has it in some form. Of those that are
        not: whether a name is among them, a number; the mean likeness to the likest word of the sentence,
        where that which names the thing asked for does not count (`what river`); the least likeness of one to
        the sentence as a whole. Then the mean likeness of the question's function words; the number of its
        words whose opposite the sentence has; whether it names a place in an order that the sentence does
        not; whether it negates, and whether it does so alone. The last four know English only.

        Args:
            question: The question.
            sentence: The sentence, without markup.
            language: ISO 639-1 code of both.
        """
        asked, said = self._read(question, language), self._read(sentence, language)
        if not asked.words or not said.words:
            return dict.fromkeys(FEATURES, 0.0)
        found = _unmatched(asked, said) | _turned(asked, said, language)
        return {name: float(found[name]) for name in FEATURES}

    def _read(self, text: str, language: str) -> _Read:
        tokens = self._tokens.read_tokens(text)
        words: list[str] = []
        vectors: list[Vectors] = []
        for match in _WORD.finditer(text):
            own = [
                place
                for place, (start, end) in enumerate(zip(tokens.starts, tokens.ends, strict=True))
                if start < match.end() and end > match.start()
            ]
            if own:  # beyond what the model reads there are none
                words.append(match[0])
                vectors.append(_unit(tokens.values[own].mean(0)))
        return _Read(
            text,
            tuple(words),
            tuple(word.lower() for word in words),
            tuple(content_terms(word, language) for word in words),
            np.stack(vectors) if vectors else np.zeros((0, 1), np.float32),
        )


def _unmatched(asked: _Read, said: _Read) -> dict[str, float]:
    has = frozenset[str]().union(*said.terms)
    likeness = (asked.vectors @ said.vectors.T).max(1)
    share = asked.vectors @ _unit(said.vectors.mean(0))
    content = [place for place, terms in enumerate(asked.terms) if terms]
    missing = [place for place in content if not asked.terms[place] & has]
    names = [place for place in missing if place > 0 and asked.words[place][0].isupper()]
    numbers = [place for place in missing if _DIGIT.search(asked.words[place])]
    sought = _sought(asked)
    others = [place for place in missing if place != sought]
    function = [place for place, terms in enumerate(asked.terms) if not terms]
    return {
        "unmatched_name": bool(names),
        "unmatched_number": bool(numbers),
        "unmatched_likeness": _mean(likeness, others, _ALIKE),
        "unmatched_share": float(share[missing].min()) if missing else _SHARED,
        "function_words": _mean(likeness, function, _USUAL),
    }


def _turned(asked: _Read, said: _Read, language: str) -> dict[str, float]:
    if language != "en":
        return dict.fromkeys(("opposites", "other_ordinal", "negated", "only_question_negated"), 0.0)
    questioned, has = frozenset(asked.lower), frozenset(said.lower)
    strange = questioned - has
    negated = negates(asked.text, questioned)
    return {
        "opposites": sum(bool(opposites(word) & has) for word in strange),
        "other_ordinal": any(map(is_ordinal, strange)),
        "negated": negated,
        "only_question_negated": negated and not negates(said.text, has),
    }


def _sought(asked: _Read) -> int | None:
    """The place of the word that names the thing asked for: `river` in "what river", `long` in "how long"."""
    for place, word in enumerate(asked.lower):
        if word == "how":
            return place + 1
        if word in ("what", "which"):
            end = place + 1
            while end < len(asked.terms) and asked.terms[end]:
                end += 1
            return end - 1 if end > place + 1 else None
    return None


def _mean(values: Vectors, places: Sequence[int], otherwise: float) -> float:
    return float(values[places].mean()) if places else otherwise


def _unit(vector: Vectors) -> Vectors:
    return vector / (np.linalg.norm(vector) + np.float32(1e-9))
