"""A process of the scale benchmark that asks one index: `python -m benchmarks.scale_serve < task`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import orjson
import qdrant_edge as qdrant

from benchmarks.cores import pin
from benchmarks.passages import passage_id
from benchmarks.process_memory import private_mib, resident_mib_here
from benchmarks.quantiles import Quantiles
from benchmarks.scale_build import TERMS
from benchmarks.scale_shard import DENSE, FOUND, PREFETCH, TENANT, WORDS, bm25, params, searches_of, visible
from benchmarks.scale_task import Latency, ScaleTask, Search, SearchFindings, ServeFindings
from services.retrieval.term_statistics import TermStatistics
from services.retrieval.visibility import Visibility

_WARM = 50


class _Index:
    """A loaded shard, asked as the product asks it."""

    def __init__(self, task: ScaleTask) -> None:
        self._shard = qdrant.EdgeShard.load(task.shard)
        self._terms = TermStatistics(Path(task.shard).with_name(TERMS))
        self._bm25 = bm25()
        self._visible = Visibility(TENANT, frozenset())

    def dense(self, vector: list[float], search: Search) -> list[str]:
        query = qdrant.Query.Nearest(vector, using=DENSE)
        return self._ids(qdrant.QueryRequest(PREFETCH, query=query, filter=visible(), params=params(search)))

    def keywords(self, text: str) -> list[str]:
        terms = self._bm25.embed_query(text).indices
        weights = self._terms.weights(terms, self._visible)
        known = [(term, weight) for term, weight in zip(terms, weights, strict=True) if weight > 0]
        if not known:
            return []
        sparse = qdrant.SparseVector([term for term, _ in known], [weight for _, weight in known])
        query = qdrant.Query.Nearest(sparse, using=WORDS)
        return self._ids(qdrant.QueryRequest(PREFETCH, query=query, filter=visible()))

    def hybrid(self, vector: list[float], text: str, search: Search) -> None:
        found = [*self.dense(vector, search)[: FOUND // 2], *self.keywords(text)[: FOUND // 2]]
        self._shard.retrieve(list(dict.fromkeys(found)), with_payload=True, with_vector=[DENSE])

    def close(self) -> None:
        self._shard.close()

    def _ids(self, request: qdrant.QueryRequest) -> list[str]:
        return [str(point.id) for point in self._shard.query(request)]


def serve(task: ScaleTask) -> ServeFindings:
    """Loads the index of a task and asks it."""
    began = perf_counter()
    index = _Index(task)
    loaded = perf_counter() - began
    vectors = [vector.tolist() for vector in np.load(task.query_vectors)]
    neighbours = np.load(task.neighbours)
    nearest = [{passage_id(int(number)) for number in row[:FOUND]} for row in neighbours]
    gc.collect()
    gc.freeze()
    keywords = _times([partial(index.keywords, text) for text in task.queries])
    searches: dict[Search, SearchFindings] = {}
    for search in searches_of(task.storage):
        dense = _times([partial(index.dense, vector, search) for vector in vectors])
        hybrid = _times(
            [
                partial(index.hybrid, vector, text, search)
                for vector, text in zip(vectors, task.queries, strict=True)
            ]
        )
        found = [set(index.dense(vector, search)[:FOUND]) for vector in vectors]
        hits = sum(len(one & true) for one, true in zip(found, nearest, strict=True))
        searches[search] = SearchFindings(hits / (FOUND * len(vectors)), dense, hybrid)
    findings = ServeFindings(loaded, private_mib(), resident_mib_here(), keywords, searches)
    index.close()
    return findings


def _times(queries: Sequence[Callable[[], object]]) -> Latency:
    """Asks one query after another; the first ones a second time, which does not count, to warm up."""
    for query in queries[:_WARM]:
        query()
    taken, cpu = [], process_time()
    for query in queries:
        began = perf_counter()
        query()
        taken.append((perf_counter() - began) * 1000)
    found, spent = Quantiles.of(taken), (process_time() - cpu) * 1000
    return Latency(found.p50, found.p95, found.p99, spent / len(queries))


def main() -> None:
    """Reads a task from standard input, and writes what was found to standard output."""
    task = ScaleTask.from_json(sys.stdin.buffer.read())
    pin(task.core)
    sys.stdout.buffer.write(orjson.dumps(asdict(serve(task))))


if __name__ == "__main__":
    main()
