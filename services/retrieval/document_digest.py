"""What a document says, in short: enough to recognise its like."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BANDS = 20
ROWS = 6
"""A signature is cut into so many bands of so many values. Documents of which a share s of the runs of words
is common have a band in common with probability 1 - (1 - s^ROWS)^BANDS: .92 for .7, .997 for .8."""
RUN = 3
"""Words that make a run."""
FEWEST_WORDS = 20
"""Shorter documents have no signature: that they are alike says little."""

Signature = NDArray[np.uint32]

_UPPER_HALF = np.uint64(32)
_CHUNK = 4096
_CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_WORD = re.compile(f"[{_CJK}]|(?:(?![{_CJK}])\\w)+")
"""A word; where no spaces stand between words, a character."""


def _coefficients() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Random, and the same everywhere and always: signatures are stored."""
    numbers = np.random.Generator(np.random.PCG64(20260101)).integers(
        0, 1 << 64, size=(2, BANDS * ROWS), dtype=np.uint64
    )
    return numbers[0] | np.uint64(1), numbers[1]


_FACTORS, _SUMMANDS = _coefficients()


@dataclass(frozen=True, slots=True)
class DocumentDigest:
    """What a document says, in short.

    Attributes:
        text_digest: SHA-256 of its words; the same for the same text in another format.
        signature: MinHash of its runs of words, `BANDS * ROWS` values; empty where there are too few words.
        words: How many it has.
        titled: It names a title itself.
        links: Where it links to, as it stands there.
        anchors: The fragments that lead into it.
    """

    text_digest: bytes
    signature: bytes
    words: int
    titled: bool = True
    links: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()

    @property
    def bands(self) -> list[bytes]:
        """What documents that may be nearly the same have in common."""
        values = np.frombuffer(self.signature, "<u4").reshape(-1, ROWS)
        return [
            bytes([number]) + hashlib.sha256(band.tobytes()).digest()[:8]
            for number, band in enumerate(values)
        ]


def digest_of(
    texts: Iterable[str], *, titled: bool = True, links: Sequence[str] = (), anchors: Sequence[str] = ()
) -> DocumentDigest:
    """Returns the digest of a document.

    Args:
        texts: Its passages' texts, in their order.
        titled: It names a title itself.
        links: Where it links to.
        anchors: The fragments that lead into it.
    """
    words = [word for text in texts for word in _WORD.findall(text.casefold())]
    digest = hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).digest()
    signature = b"" if len(words) < FEWEST_WORDS else _signature(words).astype("<u4").tobytes()
    return DocumentDigest(digest, signature, len(words), titled, tuple(links), tuple(anchors))


def similarity(one: bytes, other: bytes) -> float:
    """Returns the estimated share of two documents' runs of words that is common (Jaccard), 0 to 1."""
    if not one or not other:
        return 0.0
    return float(np.mean(np.frombuffer(one, "<u4") == np.frombuffer(other, "<u4")))


def _signature(words: Sequence[str]) -> Signature:
    """Returns the MinHash of the runs of words (Broder, On the resemblance of documents, 1997)."""
    runs = {" ".join(words[place : place + RUN]) for place in range(len(words) - RUN + 1)}
    hashes = np.fromiter((zlib.crc32(run.encode("utf-8", "surrogatepass")) for run in runs), np.uint64)
    least = np.full(BANDS * ROWS, np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, len(hashes), _CHUNK):
        # Multiply-shift hashing, modulo 2^64 (Dietzfelbinger, 1997): the upper half is as good as random.
        values = (hashes[start : start + _CHUNK, None] * _FACTORS + _SUMMANDS) >> _UPPER_HALF
        least = np.minimum(least, values.min(axis=0))
    return least.astype(np.uint32)
