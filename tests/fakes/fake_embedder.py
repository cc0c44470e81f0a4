"""An embedder that hashes words into dimensions: equal words, near vectors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

import numpy as np

from libs.embedding.embedder import Vectors
from libs.embedding.token_vectors import TokenVectors


class FakeEmbedder:
    """Deterministic and quick; texts that share words are near each other.

    Args:
        identity: What it calls itself.
        failure: Raised in place of every vector.
    """

    def __init__(self, identity: str = "fake-1", failure: Exception | None = None) -> None:
        self._identity = identity
        self.failure = failure
        self.texts: list[str] = []

    @property
    def identity(self) -> str:
        return self._identity

    @property
    def dimensions(self) -> int:
        return 384

    @property
    def max_tokens(self) -> int:
        return 512

    def embed_query(self, text: str) -> Vectors:
        self.texts.append(text)
        if self.failure is not None:
            raise self.failure
        vector = np.zeros(self.dimensions, np.float32)
        for word in re.findall(r"\w+", text.lower()):
            digest = hashlib.sha256(word.encode()).digest()
            for place in range(4):
                vector[int.from_bytes(digest[place * 2 : place * 2 + 2]) % self.dimensions] += 1.0
        length = float(np.linalg.norm(vector))
        return vector / np.float32(length) if length else vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([self.embed_query(text) for text in texts])

    def read_tokens(self, text: str) -> TokenVectors:
        words = list(re.finditer(r"\w+", text))
        values = [self.embed_query(word[0]) for word in words]
        return TokenVectors(
            tuple(word.start() for word in words),
            tuple(word.end() for word in words),
            np.stack(values) if values else np.zeros((0, self.dimensions), np.float32),
        )

    def count_tokens(self, text: str) -> int:
        return len(re.findall(r"\w+", text)) + 2
