"""The vectors of a passage's sentences as retrieval keeps them, so that they need not be made again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from libs.embedding.embedder import Vectors

_SAME = 0.85
"""Share of the longer of two stretches that they must have in common to be the same sentence."""


@dataclass(frozen=True, slots=True, eq=False)
class StoredVectors:
    """The sentences of one passage.

    Attributes:
        embedder: Identity of what made the vectors; those of another one do not compare.
        starts: Where each sentence begins in the passage's text, in characters.
        ends: One past its last character.
        values: Shape (sentences, dimensions), int8.
        scales: What the numbers of each are to be multiplied by for length 1.
    """

    embedder: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    values: npt.NDArray[np.int8]
    scales: tuple[float, ...]

    def at(self, start: int, end: int) -> Vectors | None:
        """Returns the vector of the sentence in a place, None where there is none.

        A list mark or a quotation mark that one side counts and the other does not makes no difference.
        """
        place = max(range(len(self.starts)), key=lambda at: self._common(at, start, end), default=None)
        if place is None or self._common(place, start, end) < _SAME:
            return None
        vector: Vectors = self.values[place].astype(np.float32) * np.float32(self.scales[place])
        return vector

    def _common(self, place: int, start: int, end: int) -> float:
        begin, until = self.starts[place], self.ends[place]
        shared = min(end, until) - max(start, begin)
        return shared / max(1, end - start, until - begin)
