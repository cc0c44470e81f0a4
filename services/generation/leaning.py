"""Tells from a question's words alone how much it leans on what was said before it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.generation.terms import term_sequence
from services.generation.words import words_of

_POINTING, _JOINING, _OPENING = words_of("pointing"), words_of("joining"), words_of("opening")
_UNSPACED = ("ja", "zh")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NAME = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][\w'-]+|\b[A-Z]{2,}\w*|\w*\d\w*|[\"“«„`]")
# "How long does it take to …", "Is it possible that …": `it` points forwards.
_FORWARD = (
    "takes?|costs?|possible|necessary|better|best|okay?|safe|allowed|required|mandatory|legal|makes?|sense|true|"
    "normal|important|worth|hard|easy|enough|mean|recommended"
)
_EXPLETIVE = re.compile(
    rf"\bit ((?:(?:{_FORWARD}|me|us|usually|really) ){{1,3}}(?:to|that|if|when|for)\b)", re.IGNORECASE
)
_MANY = 8
"""Content words from which more make no difference."""
_SHORT = 4

FEATURES = ("pointing", "pointing_within", "joining", "opening", "bare", "content", "names", "short")
"""What is looked at: a word that points at something and has nothing before it in the question to point at;
one that has; a word that joins something to it; an opening that goes on; at most one word with a content;
how many there are, of eight; names, figures and quotations, up to two; at most four words."""

_WEIGHTS = (3.21, 1.25, 0.39, 1.21, -0.49, -3.68, -0.81, -0.57)
_CONSTANT = 1.69


def leaning(question: str, language: str) -> float:
    """Returns the log-odds that a question cannot be understood without the conversation before it.

    Args:
        question: The question.
        language: ISO 639-1 code.
    """
    values = features(question, language)
    return _CONSTANT + sum(weight * values[name] for name, weight in zip(FEATURES, _WEIGHTS, strict=True))


def features(question: str, language: str) -> Mapping[str, float]:
    """Returns what speaks for it, by the names of `FEATURES`."""
    words = _words(_EXPLETIVE.sub(r"\1", question) if language == "en" else question, language)
    content = len(_content(words, language)) / (2 if language in _UNSPACED else 1)
    first = _first_pointing(words, language)
    within = first is not None and len(_content(words[:first], language)) >= 2
    return {
        "pointing": float(first is not None and not within),
        "pointing_within": float(within),
        "joining": float(any(word in _JOINING.get(language, ()) for word in words)),
        "opening": float(_opens(words, language)),
        "bare": float(content <= 1),
        "content": min(content, _MANY) / _MANY,
        "names": min(2, len(_NAME.findall(question))),
        "short": float(0 < len(words) <= _SHORT),
    }


def _words(question: str, language: str) -> list[str]:
    if language not in _UNSPACED:
        return [word.lower() for word in _WORD.findall(question)]
    known = sorted(_POINTING[language] | _JOINING[language] | _OPENING[language], key=len, reverse=True)
    return re.findall("|".join((*map(re.escape, known), r"[^\W_]")), question)


def _content(words: list[str], language: str) -> set[str]:
    return set(term_sequence(" ".join(words), language))


def _first_pointing(words: list[str], language: str) -> int | None:
    """Where the first word or pair of words points; one marked `$` does so only at the end."""
    known = _POINTING.get(language, frozenset())
    for at, word in enumerate(words):
        pair = "-".join(words[at : at + 2])
        if word in known or pair in known or (at == len(words) - 1 and f"{word}$" in known):
            return at
    return None


def _opens(words: list[str], language: str) -> bool:
    opening = _OPENING.get(language, frozenset())
    return bool(words) and any("-".join(words[:count]) in opening for count in (1, 2, 3))
