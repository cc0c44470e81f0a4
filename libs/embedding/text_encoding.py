"""What every embedder does to a text before, and to a vector after."""

from __future__ import annotations

import numpy as np

from libs.embedding.embedder import Vectors


def encodable(text: str) -> str:
    """Replace lone surrogates, which no UTF-8 string has, by question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def unit(vector: Vectors) -> Vectors:
    """Scale to length 1; some models do not, and float32 rounding is cheap to undo."""
    single = np.asarray(vector, np.float32)
    length = np.linalg.norm(single)
    return single / length if length > 0 else single
