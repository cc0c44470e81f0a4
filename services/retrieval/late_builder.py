"""An index builder that is made when the first build is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from libs.embedding.embedder import Vectors
from services.retrieval.build import Build
from services.retrieval.index import IndexBuilder
from services.retrieval.passage import Passage


class LateBuilder:
    """An `IndexBuilder` that needs to know nothing of the vectors before there are any.

    Args:
        make: Makes the real one; may load the embedding model to learn how long its vectors are.
    """

    def __init__(self, make: Callable[[], IndexBuilder]) -> None:
        self._make = make
        self._made: IndexBuilder | None = None

    def build(
        self,
        revision: int,
        passages: Iterable[tuple[Passage, Vectors]],
        count: int,
        progress: Callable[[int, int], None],
    ) -> Build:
        """Makes a build of all passages; see `IndexBuilder`.

        Raises:
            IndexFailure: The engine failed; nothing is left behind.
            DependencyUnavailable: The embedding model cannot be loaded.
        """
        if self._made is None:
            self._made = self._make()
        return self._made.build(revision, passages, count, progress)
