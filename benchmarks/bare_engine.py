"""The engine without a service, in a process of its own: embeds a query and searches, at a fixed rate.

What a program would do that has the index and the model in its own process, with both libraries as their
documentation shows them: one hybrid query over dense and sparse vectors, fused by reciprocal ranks, without
a condition on tenant or access.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import cast

import orjson
import qdrant_edge as qdrant
from fastembed import TextEmbedding

from benchmarks.cores import pin
from benchmarks.plan import Outcome, Rate, Sample
from libs.embedding.embedder_fastembed import load_prepared
from libs.embedding.model_store import prepare_model

_DENSE, _WORDS = "dense", "bm25"
_RRF_K = 60
_WARM = 50


@dataclass(frozen=True, slots=True)
class EnginePlan:
    """One run.

    Attributes:
        shard: A private copy of the index: loading it rewrites a file.
        models: Where the embedding model lies.
        queries: What is searched, in turn.
        rate: How often.
        k: Passages that a query returns.
        prefetch: Candidates of each kind.
        first_request: Number of the first query.
    """

    shard: str
    models: str
    queries: tuple[str, ...]
    rate: Rate
    k: int
    prefetch: int
    first_request: int = 0

    def to_json(self) -> bytes:
        """The plan as JSON."""
        return orjson.dumps(asdict(self))

    @classmethod
    def from_json(cls, raw: bytes) -> EnginePlan:
        """Reads a plan that `to_json` wrote."""
        document = orjson.loads(raw)
        return cls(**{**document, "rate": Rate(**document["rate"])})


Search = Callable[[str], dict[str, float]]
"""Searches once; returns the milliseconds of its parts."""


def hybrid_search(shard: qdrant.EdgeShard, model: TextEmbedding, plan: EnginePlan) -> Search:
    """Returns the search of a plan."""
    bm25 = qdrant.Bm25(qdrant.Bm25Config(language="english", avg_len=128.0, ascii_folding=True))

    fusion = cast("qdrant.Fusion", qdrant.Fusion.Rrf(_RRF_K))  # the stub does not say that it is one

    def search(query: str) -> dict[str, float]:
        began = perf_counter()
        vector = next(iter(model.query_embed(query))).tolist()
        embedded = perf_counter()
        words = bm25.embed_query(query)
        near = qdrant.Prefetch(plan.prefetch, query=qdrant.Query.Nearest(vector, using=_DENSE))
        matching = qdrant.Prefetch(plan.prefetch, query=qdrant.Query.Nearest(words, using=_WORDS))
        found = shard.query(
            qdrant.QueryRequest(plan.k, prefetches=[near, matching], query=fusion, with_payload=True)
        )
        if not found:
            raise RuntimeError("The engine found nothing; make the index again.")
        done = perf_counter()
        return {"embed": (embedded - began) * 1000, "search": (done - embedded) * 1000}

    return search


def run_engine(search: Search, queries: Sequence[str], rate: Rate, first_request: int) -> Outcome:
    """Searches when a query is due, and measures from then."""
    samples = []
    cpu, began = process_time(), perf_counter()
    for number in range(round(rate.per_second * rate.seconds)):
        due = began + number / rate.per_second
        time.sleep(max(0.0, due - perf_counter()))
        sent = perf_counter()
        timings = search(queries[(first_request + number) % len(queries)])
        done = perf_counter()
        took = (done - due) * 1000
        samples.append(Sample((sent - due) * 1000, took, took, 1, "", timings))
    return Outcome(tuple(samples), 0, perf_counter() - began, (process_time() - cpu) * 1000)


def main() -> None:
    """Reads a plan from standard input, and writes what came of it to standard output."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--core", type=int)
    pin(parser.parse_args().core)
    plan = EnginePlan.from_json(sys.stdin.buffer.read())
    prepared = prepare_model(Path(plan.models))
    load_prepared(prepared)  # registers the name
    model = TextEmbedding(
        prepared.identity, specific_model_path=str(prepared.path), local_files_only=True, threads=1
    )
    shard = qdrant.EdgeShard.load(plan.shard)
    search = hybrid_search(shard, model, plan)
    for number in range(_WARM):
        search(plan.queries[-1 - number % len(plan.queries)])
    gc.collect()
    gc.freeze()
    outcome = run_engine(search, plan.queries, plan.rate, plan.first_request)
    shard.close()
    sys.stdout.buffer.write(outcome.to_json())


if __name__ == "__main__":
    main()
