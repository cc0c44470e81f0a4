"""A store of sentence vectors in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from services.retrieval.sentence_store import UnsplitPassage
from services.retrieval.sentence_vectors import SentenceVectors


class FakeSentenceStore:
    """A `SentenceStore`; `failure` is raised in place of every answer.

    Args:
        passages: The live passages, text by hash.
    """

    def __init__(self, passages: Mapping[bytes, str] | None = None) -> None:
        self.passages = dict(passages or {})
        self.kept: dict[tuple[str, bytes], SentenceVectors] = {}
        self.looks = 0
        self.failure: Exception | None = None

    def lacking(self, embedder: str, after: bytes, limit: int) -> list[UnsplitPassage]:
        self._fail()
        self.looks += 1
        hashes = sorted(h for h in self.passages if h > after and (embedder, h) not in self.kept)
        return [UnsplitPassage(self.passages[one], one) for one in hashes[:limit]]

    def keep(self, embedder: str, found: Mapping[bytes, SentenceVectors]) -> None:
        self._fail()
        self.kept |= {(embedder, text_hash): one for text_hash, one in found.items()}

    def get(self, embedder: str, text_hashes: Collection[bytes]) -> Mapping[bytes, SentenceVectors]:
        self._fail()
        return {h: self.kept[embedder, h] for h in text_hashes if (embedder, h) in self.kept}

    def sweep(self, embedder: str) -> int:
        self._fail()
        gone = [key for key in self.kept if key[0] != embedder or key[1] not in self.passages]
        for key in gone:
            del self.kept[key]
        return len(gone)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure
