"""The port to the sentence vectors that are kept beside the passages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from services.retrieval.sentence_vectors import SentenceVectors


@dataclass(frozen=True, slots=True)
class UnsplitPassage:
    """A live passage whose sentences have no vectors.

    Attributes:
        text: Its text.
        text_hash: SHA-256 of its indexed text: what the vectors are kept under.
    """

    text: str
    text_hash: bytes


class SentenceStore(Protocol):
    """Holds the sentence vectors of passages by what the passages say, so that no build holds them twice.

    Every method raises DependencyUnavailable when the database cannot be read or written.
    """

    def lacking(self, embedder: str, after: bytes, limit: int) -> list[UnsplitPassage]:
        """Returns live passages without sentence vectors, ordered by hash, beyond a hash; each once."""
        ...

    def keep(self, embedder: str, found: Mapping[bytes, SentenceVectors]) -> None:
        """Records sentence vectors by text hash."""
        ...

    def get(self, embedder: str, text_hashes: Collection[bytes]) -> Mapping[bytes, SentenceVectors]:
        """Returns those that are known of so many passages."""
        ...

    def sweep(self, embedder: str) -> int:
        """Removes those of other embedders, and of passages that are gone; returns how many."""
        ...
