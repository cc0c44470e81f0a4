"""The vectors of sentences that may be quoted: what is asked often is answered from the same passages."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock

import numpy as np
from cachetools import LRUCache

from libs.common.metrics import CACHE_BYTES, CACHE_LOOKUPS
from libs.embedding.embedder import Embedder, Vectors

DEFAULT_BYTES = 16 * 1024 * 1024
"""Some 9,000 sentences."""
_ENTRY_BYTES = 300
"""What a dictionary's entry, a key and an array cost besides the numbers."""
_NAME = "sentence_vectors"


class SentenceVectors:
    """Embeds sentences, and remembers the vectors; may be asked from several threads.

    The key is a hash of the text: no text is kept. A vector says nothing about whose sentence it is, so that
    all tenants share them.

    Args:
        embedder: Embeds; the vector of a text must not depend on the others that are embedded with it.
        most_bytes: What may be remembered, the least recently used leaves first.
    """

    def __init__(self, embedder: Embedder, most_bytes: int = DEFAULT_BYTES) -> None:
        self._embedder = embedder
        self._known: LRUCache[bytes, Vectors] = LRUCache(
            most_bytes, getsizeof=lambda vector: vector.nbytes + _ENTRY_BYTES
        )
        self._lock = Lock()

    def of(self, texts: Sequence[str]) -> Vectors:
        """Returns the vectors of texts in their order, shape (len(texts), dimensions), each of length 1."""
        if not texts:
            return self._embedder.embed_passages(texts)
        keys = [_key(text) for text in texts]
        with self._lock:
            found = {key: vector for key in keys if (vector := self._known.get(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        CACHE_LOOKUPS.labels(_NAME, "hit").inc(len(found))
        CACHE_LOOKUPS.labels(_NAME, "miss").inc(len(missing))
        if missing:
            # Each a copy: a row would keep the whole matrix in memory.
            rows = (row.copy() for row in self._embedder.embed_passages(list(missing.values())))
            embedded = dict(zip(missing, rows, strict=True))
            found |= embedded
            self._remember(embedded)
        return np.stack([found[key] for key in keys])

    def _remember(self, vectors: dict[bytes, Vectors]) -> None:
        with self._lock:
            for key, vector in vectors.items():
                if vector.nbytes + _ENTRY_BYTES <= self._known.maxsize:
                    self._known[key] = vector
            CACHE_BYTES.labels(_NAME).set(self._known.currsize)


def _key(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
