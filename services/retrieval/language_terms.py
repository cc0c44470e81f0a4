"""Terms of the keyword search: words, and for writing without blanks those that a dictionary tells apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from services.retrieval.keyword_encoder import Words
from services.retrieval.question_language import ENGLISH, language_of_question

LANGUAGES: Mapping[str, str] = {
    "ar": "arabic",
    "az": "azerbaijani",
    "bn": "bengali",
    "ca": "catalan",
    "da": "danish",
    "de": "german",
    "el": "greek",
    "en": "english",
    "es": "spanish",
    "eu": "basque",
    "fi": "finnish",
    "fr": "french",
    "he": "hebrew",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "ja": "japanese",
    "kk": "kazakh",
    "ne": "nepali",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ro": "romanian",
    "ru": "russian",
    "sl": "slovene",
    "sv": "swedish",
    "tg": "tajik",
    "tr": "turkish",
    "zh": "chinese",
}
"""Languages whose stems and stop words are known, by ISO 639-1 code."""
UNSPACED = frozenset({"ja", "zh"})
"""Of these, the ones written without blanks between words."""

_SPACED = tuple(language for language in LANGUAGES if language not in UNSPACED)
_SIGN = re.compile(r"[\u3005\u3040-\u30ff\u3400-\u9fff]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_APART = r" \g<0> "
"""Sets signs apart from the Latin words that they touch."""
_PARTICLE = " の"
_SAMPLES = {"ja": "東京の天気", "zh": "数据库连接"}
"""What has the engine load its dictionaries."""


class Vector(Protocol):
    """A sparse vector of the engine."""

    @property
    def indices(self) -> list[int]: ...  # noqa: D102
    @property
    def values(self) -> list[float]: ...  # noqa: D102


class Bm25(Protocol):
    """The engine's BM25 for one language."""

    def embed_document(self, text: str) -> Vector: ...  # noqa: D102
    def embed_query(self, text: str) -> Vector: ...  # noqa: D102


class LanguageTerms:
    """A `KeywordEncoder` over an engine that has a BM25 for each language.

    Terms are words between blanks and signs, with English stems and without English stop words, whatever
    the language: stems and stop words of their own were measured for German, Spanish, French and
    Portuguese, and found no more (docs/decisions/0021-terms-by-writing.md). Japanese and Chinese passages
    have the words of their own language besides, which no blanks part; a question so written looks for
    both.

    Args:
        engine: Returns the BM25 of a language of `LANGUAGES`.
    """

    def __init__(self, engine: Callable[[str], Bm25]) -> None:
        self._engine = engine
        self._is_common = lru_cache(65_536)(self._is_stop_word)

    def of_passage(self, text: str, language: str) -> Words:
        """Returns the terms of a passage's text; there may be none."""
        own = language.partition("-")[0].lower()
        if own not in UNSPACED:
            vector = self._engine(ENGLISH).embed_document(text)
            return Words(vector.indices, vector.values)
        vector = self._engine(ENGLISH).embed_document(_SIGN.sub(_APART, text))
        weights = dict(zip(vector.indices, vector.values, strict=True))
        parted = self._engine(own).embed_document(_unspaced(text, own))
        for term, weight in zip(parted.indices, parted.values, strict=True):
            weights[term] = max(weight, weights.get(term, 0.0))
        return Words(list(weights), list(weights.values()))

    def of_query(self, text: str, languages: Collection[str] | None) -> Sequence[int]:
        """Returns the different terms of a query; there may be none."""
        terms = self._engine(ENGLISH).embed_query(text).indices
        if text.isascii() or not _SIGN.search(text):
            return terms
        # As it stands, too: builds from before have such terms.
        terms = [*terms, *self._engine(ENGLISH).embed_query(_SIGN.sub(_APART, text)).indices]
        wanted = _written_in(text) if languages is None else sorted(UNSPACED.intersection(languages))
        parted = (
            term for name in wanted for term in self._engine(name).embed_query(_unspaced(text, name)).indices
        )
        return list(dict.fromkeys([*terms, *parted]))

    def prepare(self, languages: Collection[str]) -> None:
        """Loads the dictionaries of languages, so that no search waits for them: a second or two each."""
        for name in UNSPACED.intersection(languages):
            self._engine(name).embed_query(_SAMPLES[name])

    def language_of(self, text: str) -> str:
        """Returns a question's language, ISO 639-1; empty where it cannot be told."""
        return language_of_question(text, _SPACED, self._is_common)

    def _is_stop_word(self, word: str, language: str) -> bool:
        return not self._engine(language).embed_query(word).indices


def _unspaced(text: str, language: str) -> str:
    """Returns a text as the engine parts it best: of Japanese, only what is written without blanks.

    Without any kana, or among Latin words, it takes Japanese for Chinese. The particle is no term.
    """
    return " ".join(_SIGN.findall(text)) + _PARTICLE if language == "ja" else text


def _written_in(text: str) -> tuple[str, ...]:
    return ("ja",) if _KANA.search(text) else ("ja", "zh")
