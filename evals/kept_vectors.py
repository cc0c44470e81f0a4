"""An embedder that remembers its vectors on disk, so that an evaluation's second run is short."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from libs.embedding.embedder import Embedder, Vectors
from libs.embedding.token_vectors import TokenReader, TokenVectors

_QUERY, _PASSAGE = "query", "passage"


class LocalEmbedder(Embedder, TokenReader, Protocol):
    """An embedder that also gives vectors for tokens."""


class KeptVectors:
    """An `Embedder` before another one.

    Args:
        embedder: Makes the vectors that are not known yet.
        folder: Where they are kept, in a file named after the embedder's identity.
    """

    def __init__(self, embedder: LocalEmbedder, folder: Path) -> None:
        self._embedder = embedder
        name = hashlib.sha256(embedder.identity.encode()).hexdigest()[:16]
        self._path = folder / f"vectors-{name}.npz"
        self._known: dict[bytes, Vectors] = {}
        self._new = 0
        if self._path.exists():
            with np.load(self._path) as kept:
                self._known = dict(zip(map(bytes, kept["keys"]), kept["vectors"], strict=True))

    @property
    def identity(self) -> str:
        """Names weights and recipe."""
        return self._embedder.identity

    @property
    def dimensions(self) -> int:
        """Length of every vector."""
        return self._embedder.dimensions

    @property
    def max_tokens(self) -> int:
        """Tokens of a text that reach the model."""
        return self._embedder.max_tokens

    def embed_query(self, text: str) -> Vectors:
        """Return the vector of a question."""
        key = _key(_QUERY, text)
        if key not in self._known:
            self._keep(key, self._embedder.embed_query(text))
        return self._known[key]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts in their order."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        keys = [_key(_PASSAGE, text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        if missing:
            vectors = self._embedder.embed_passages(list(missing.values()))
            for key, vector in zip(missing, vectors, strict=True):
                self._keep(key, vector)
        return np.stack([self._known[key] for key in keys])

    def read_tokens(self, text: str) -> TokenVectors:
        """Return the vectors of a text's tokens; these are too many to keep."""
        return self._embedder.read_tokens(text)

    def count_tokens(self, text: str) -> int:
        """Return the tokens of the whole text."""
        return self._embedder.count_tokens(text)

    def save(self) -> None:
        """Writes what is new to disk."""
        if not self._new:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        keys = np.frombuffer(b"".join(self._known), np.uint8).reshape(len(self._known), -1)
        part = self._path.with_suffix(".part.npz")
        np.savez(part, keys=keys, vectors=np.stack(list(self._known.values())))
        part.replace(self._path)
        self._new = 0

    def _keep(self, key: bytes, vector: Vectors) -> None:
        self._known[key] = vector
        self._new += 1


def _key(role: str, text: str) -> bytes:
    return hashlib.sha256(f"{role}\0{text}".encode(errors="surrogatepass")).digest()[:16]
