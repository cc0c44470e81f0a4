"""The vectors of a passage's sentences, in eight bits a number."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from libs.embedding.embedder import Vectors
from services.retrieval.sentences import Span, spans

MOST = 48
"""Sentences of a passage; the passages that have more are lists of values."""
LONGEST = 600
"""Characters of a sentence; what is longer is cut between words."""
SHORTEST = 12
"""Bytes of UTF-8 below which nothing is said: four Chinese characters say something."""

_FENCE = "```"
_COUNT = struct.Struct("<HH")
_STEPS = 127


@dataclass(frozen=True, slots=True)
class SentenceVectors:
    """The sentences of one passage.

    A vector is its row of `values` times its number in `scales`, of length 1 like the one that it was made
    of, and their cosine is above .9999.

    Attributes:
        spans: Where each begins and ends in the passage's text, in characters.
        values: Shape (sentences, dimensions), int8.
        scales: Shape (sentences,), float32.
    """

    spans: tuple[Span, ...]
    values: npt.NDArray[np.int8]
    scales: Vectors

    @classmethod
    def of(cls, spans: Sequence[Span], vectors: Vectors) -> SentenceVectors:
        """Rounds vectors of length 1, shape (sentences, dimensions); the largest number becomes 127."""
        largest = np.abs(vectors).max(axis=1, initial=0.0, keepdims=True)
        values = np.rint(vectors / np.where(largest > 0, largest, 1.0) * _STEPS)
        lengths = np.linalg.norm(values, axis=1)
        scales = 1.0 / np.where(lengths > 0, lengths, 1.0)
        return cls(tuple(spans), values.astype(np.int8), scales.astype(np.float32))

    def vectors(self) -> Vectors:
        """The vectors, shape (sentences, dimensions)."""
        restored: Vectors = self.values.astype(np.float32) * self.scales[:, None]
        return restored

    def to_bytes(self) -> bytes:
        """The sentences in one piece: their number and dimensions, spans, scales, values; little-endian."""
        count, dimensions = self.values.shape
        places = np.array(self.spans, "<u4").reshape(count, 2)
        parts = (_COUNT.pack(count, dimensions), places, self.scales.astype("<f4"), self.values)
        return b"".join(part if isinstance(part, bytes) else part.tobytes() for part in parts)

    @classmethod
    def from_bytes(cls, raw: bytes) -> SentenceVectors:
        """Reads what `to_bytes` wrote; raises ValueError for anything else."""
        if len(raw) < _COUNT.size:
            raise ValueError("too short for sentence vectors")
        count, dimensions = _COUNT.unpack_from(raw)
        if len(raw) != _COUNT.size + count * (12 + dimensions):
            raise ValueError("of another length than sentence vectors are")
        places = np.frombuffer(raw, "<u4", 2 * count, _COUNT.size).reshape(count, 2)
        scales = np.frombuffer(raw, "<f4", count, _COUNT.size + 8 * count)
        values = np.frombuffer(raw, np.int8, count * dimensions, _COUNT.size + 12 * count)
        found = tuple((int(start), int(end)) for start, end in places)
        return cls(found, values.reshape(count, dimensions), scales)


def sentence_spans(text: str) -> list[Span]:
    """Returns where the sentences of a passage are that something can be compared with; code has none."""
    found: list[Span] = []
    within_code = False
    for start, end in spans(text, "paragraph", LONGEST):
        sentence = text[start:end]
        if sentence.lstrip().startswith(_FENCE):
            within_code = not within_code
        elif not within_code and len(sentence.encode()) >= SHORTEST and any(map(str.isalpha, sentence)):
            found.append((start, end))
    return found[:MOST]
