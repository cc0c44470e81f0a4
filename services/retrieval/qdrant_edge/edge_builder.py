"""Makes builds of the embedded index."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import qdrant_edge as qdrant

from libs.embedding.embedder import Vectors
from services.retrieval.build import Build
from services.retrieval.builds import BuildFolder
from services.retrieval.index import IndexFailure
from services.retrieval.passage import Passage
from services.retrieval.qdrant_edge.bm25 import WORDS
from services.retrieval.qdrant_edge.points import point_of
from services.retrieval.qdrant_edge.shard import SHARD_FOLDER, TERMS_FOLDER, EngineErrors, new_shard
from services.retrieval.term_statistics import TermCounter

_BATCH = 500


class QdrantEdgeBuilder:
    """Makes builds; for the ingest worker, since optimising holds the interpreter for seconds.

    Args:
        folder: Where builds go.
        embedder: Identity of the embedder of the vectors.
        dimensions: Length of the vectors.
    """

    def __init__(self, folder: BuildFolder, embedder: str, dimensions: int) -> None:
        self._folder = folder
        self._embedder = embedder
        self._dimensions = dimensions

    def build(
        self,
        revision: int,
        passages: Iterable[tuple[Passage, Vectors]],
        count: int,
        progress: Callable[[int, int], None],
    ) -> Build:
        """Makes a build of all passages (see `IndexBuilder`); each passage id may come once."""
        path = self._folder.begin(revision)
        try:
            tenants = self._fill(path, passages, count, progress)
            return self._folder.seal(revision, self._embedder, dict(tenants))
        finally:
            self._folder.abandon(revision)  # where it was not sealed

    def _fill(
        self,
        path: Path,
        passages: Iterable[tuple[Passage, Vectors]],
        count: int,
        progress: Callable[[int, int], None],
    ) -> Counter[str]:
        tenants: Counter[str] = Counter()
        terms = TermCounter()
        with new_shard(path / SHARD_FOLDER, self._dimensions) as shard:
            remaining = iter(passages)
            while batch := list(islice(remaining, _BATCH)):
                words = [WORDS.of_passage(passage.indexed_text, passage.language) for passage, _ in batch]
                for (passage, _), each in zip(batch, words, strict=True):
                    terms.add(passage, each.terms)
                points = [point_of(*entry, vector) for entry, vector in zip(batch, words, strict=True)]
                with EngineErrors():
                    shard.update(qdrant.UpdateOperation.upsert_points(points))
                tenants.update(passage.tenant for passage, _ in batch)
                progress(tenants.total(), count)
            with EngineErrors():
                shard.optimize()
                shard.flush()
                found = shard.info().points_count
        terms.save(path / TERMS_FOLDER)
        if found != tenants.total():
            raise IndexFailure(f"{tenants.total()} passages have only {found} different ids.")
        return tenants
