"""The words of a text that carry its subject, comparable across their forms."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache

from py_rust_stemmers import SnowballStemmer

from services.generation.words import FUNCTION_WORDS

_ALGORITHMS: Mapping[str, str] = {
    "en": "english",
    "de": "german",
    "fr": "french",
    "es": "spanish",
    "pt": "portuguese",
    "it": "italian",
    "nl": "dutch",
}
# Runs of letters and digits; identifiers fall apart at underscores, so that status_code meets "status code".
_WORD = re.compile(r"[^\W_]+")
# CORSMiddleware is also "CORS" and "Middleware".
_CAMEL = re.compile(r"\b([A-Z]+|[A-Z][a-z]+)([A-Z][a-z]\w+)\b")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")


def content_terms(text: str, language: str = "en") -> frozenset[str]:
    """Returns the stemmed content words of a text.

    Function words are left out; scripts without spaces give pairs of neighbouring characters instead.

    Args:
        text: Any text.
        language: ISO 639-1 code; an unknown one is not stemmed.
    """
    return frozenset(term_sequence(text, language))


def term_sequence(text: str, language: str = "en") -> tuple[str, ...]:
    """Returns the same terms in the order of the text, repetitions included."""
    folded = _CAMEL.sub(r"\g<0> \1 \2", unicodedata.normalize("NFKC", text)).lower()
    stem, skipped = _stemmer(language), FUNCTION_WORDS.get(language, frozenset())
    terms: list[str] = []
    for word in _WORD.findall(folded):
        if _UNSPACED.fullmatch(word):
            terms += [word[i : i + 2] for i in range(max(1, len(word) - 1))]
        elif word not in skipped and len(word) > 1:
            terms.append(stem(word))
        elif word.isdigit():
            terms.append(word)
    return tuple(terms)


def coverage(wanted: frozenset[str], text: frozenset[str]) -> float:
    """Share of the wanted terms that a text has; 1 where nothing is wanted."""
    return len(wanted & text) / len(wanted) if wanted else 1.0


@cache
def _stemmer(language: str) -> Callable[[str], str]:
    algorithm = _ALGORITHMS.get(language)
    return SnowballStemmer(algorithm).stem_word if algorithm else str
