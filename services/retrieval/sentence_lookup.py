"""Reads the sentence vectors of passages that a search has found."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence

from libs.common.errors import CausewayError
from libs.common.logs import logger
from libs.common.metrics import DEGRADATIONS
from services.retrieval.passage import Passage
from services.retrieval.sentence_store import SentenceStore
from services.retrieval.sentence_vectors import SentenceVectors

log = logger(__name__)

SENTENCE_VECTORS = "sentence_vectors"
"""The degradation: they could not be read. Passages whose sentences are not embedded yet are none."""


class SentenceLookup:
    """Sentence vectors by passage.

    Args:
        store: Holds them.
        embedder: Identity of the embedder in use.
    """

    def __init__(self, store: SentenceStore, embedder: str) -> None:
        self._store = store
        self.embedder = embedder

    async def of(self, passages: Sequence[Passage]) -> Mapping[str, SentenceVectors] | None:
        """Returns what is known, by passage id; None if it cannot be read, which is logged and counted."""
        hashes = {
            passage.passage_id: hashlib.sha256(passage.indexed_text.encode()).digest() for passage in passages
        }
        try:
            found = await asyncio.to_thread(self._store.get, self.embedder, set(hashes.values()))
        except (CausewayError, ValueError) as error:
            log.warning("sentence_vectors_not_read", reason=str(error))
            DEGRADATIONS.labels(SENTENCE_VECTORS).inc()
            return None
        return {passage_id: found[one] for passage_id, one in hashes.items() if one in found}
