"""The port to the passages that lie between parser and index, and their vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from libs.embedding.embedder import Vectors
from services.retrieval.passage import Passage


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A text that lacks its vector.

    Attributes:
        text: What is to be embedded.
        text_hash: SHA-256 of it.
    """

    text: str
    text_hash: bytes


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All live passages at one moment.

    Attributes:
        count: How many there are at most.
        passages: Each with its vector, shape (dimensions,); to be read once.
    """

    count: int
    passages: Iterator[tuple[Passage, Vectors]]


class PassageShelf(Protocol):
    """Holds passages, staged and live, and every vector that was computed lately.

    A document's staged passages wait for their vectors, then take the place of its live ones at once.
    """

    def count_unembedded(self, embedder: str) -> int:
        """Returns how many distinct texts of staged passages lack a vector of this embedder."""
        ...

    def unembedded(self, embedder: str, limit: int) -> list[Unembedded]:
        """Returns such texts, each once, of the documents that have waited longest.

        There may be none although others lack a vector: then documents are ready to go live.
        """
        ...

    def keep_vectors(self, embedder: str, texts: Sequence[Unembedded], vectors: Vectors) -> None:
        """Records vectors, shape (len(texts), dimensions); they serve every passage with the same text."""
        ...

    def go_live(self, embedder: str) -> int:
        """Makes documents live whose staged passages all have vectors; returns how many documents."""
        ...

    def snapshot(self, embedder: str) -> AbstractContextManager[Snapshot]:
        """Opens the live passages for reading; what changes meanwhile is not seen."""
        ...
