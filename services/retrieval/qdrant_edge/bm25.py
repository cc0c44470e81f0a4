"""The engine's own BM25, as the terms of every index."""

from __future__ import annotations

from functools import cache

import qdrant_edge as qdrant

from services.retrieval.language_terms import LANGUAGES, UNSPACED, LanguageTerms


@cache
def _bm25(language: str) -> qdrant.Bm25:
    """The engine's BM25 for one of `LANGUAGES`; another configuration asks for a higher build.FORMAT."""
    config = qdrant.Bm25Config(
        language=LANGUAGES[language],
        tokenizer=qdrant.TokenizerType.Multilingual if language in UNSPACED else None,
        avg_len=128.0,
        ascii_folding=True,
    )
    return qdrant.Bm25(config)


class QdrantBm25(LanguageTerms):
    """Terms by the engine's own BM25: lower case, no accents, English stems; see `LanguageTerms`."""

    def __init__(self) -> None:
        super().__init__(_bm25)


WORDS = QdrantBm25()
"""The process's own: loading the rules of a language takes a while."""
