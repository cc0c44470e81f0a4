"""Embeds the sentences of live passages, when the ingest has nothing better to do."""

from __future__ import annotations

from services.retrieval.late_embedder import LateEmbedder
from services.retrieval.sentence_store import SentenceStore, UnsplitPassage
from services.retrieval.sentence_vectors import SentenceVectors, sentence_spans

GROUP = 16
"""Passages whose sentences are embedded at a time; about half a second."""


class SentenceEmbedding:
    """Goes once through the passages that lack sentence vectors, and again whenever some went live.

    Nothing waits for it: a passage is found and cited before its sentences have vectors.

    Args:
        store: Keeps them.
        embedder: Makes them.
    """

    def __init__(self, store: SentenceStore, embedder: LateEmbedder) -> None:
        self._store = store
        self._embedder = embedder
        self._after: bytes | None = b""

    def look_again(self) -> None:
        """Passages went live: some of them may lack sentence vectors."""
        self._after = b""

    def step(self) -> bool:
        """Embeds the sentences of a few passages; tells whether there were any.

        Raises:
            DependencyUnavailable: The database or the model is not usable.
        """
        if self._after is None:
            return False
        passages = self._store.lacking(self._embedder.identity, self._after, GROUP)
        if not passages:
            self._after = None
            return False
        self._store.keep(self._embedder.identity, self._embedded(passages))
        self._after = passages[-1].text_hash
        return True

    def _embedded(self, passages: list[UnsplitPassage]) -> dict[bytes, SentenceVectors]:
        spans = [sentence_spans(passage.text) for passage in passages]
        sentences = [
            passage.text[start:end]
            for passage, own in zip(passages, spans, strict=True)
            for start, end in own
        ]
        vectors = self._embedder.embed_passages(sentences)
        found, at = {}, 0
        for passage, own in zip(passages, spans, strict=True):
            found[passage.text_hash] = SentenceVectors.of(own, vectors[at : at + len(own)])
            at += len(own)
        return found


class NoSentences:
    """Stands where sentence vectors are not wanted."""

    def look_again(self) -> None:
        """Nothing to look for."""

    def step(self) -> bool:
        """Nothing to do."""
        return False
