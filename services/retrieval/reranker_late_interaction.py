"""Late interaction: each word of the question looks for its nearest word of the passage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from libs.embedding.embedder import TokenEmbedder

WINDOW = 48
_QUESTIONS = 256
"""Questions whose vectors are remembered: one is scored against its candidates in several goes."""


class LateInteraction:
    """A `Reranker` that needs no weights of its own: it compares the embedding model's tokens.

    The score is the mean, over the question's tokens, of the best cosine with a token of the text (the sum
    in Khattab and Zaharia, "ColBERT", SIGIR 2020, https://arxiv.org/abs/2004.12832), cut off at 0.

    Args:
        embedder: Gives the vectors of tokens.
    """

    window = WINDOW

    def __init__(self, embedder: TokenEmbedder) -> None:
        self._embedder = embedder
        self._asked = lru_cache(_QUESTIONS)(embedder.embed_tokens)

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """Returns a score for each text, 0 to 1."""
        asked = self._asked(query)
        found = (np.max(asked @ self._embedder.embed_tokens(text).T, axis=1) for text in texts)
        return [float(np.clip(best.mean(), 0.0, 1.0)) for best in found]
