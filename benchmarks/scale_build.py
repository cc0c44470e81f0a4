"""A process of the scale benchmark that makes one index: `python -m benchmarks.scale_build < task`."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import orjson
import qdrant_edge as qdrant

from benchmarks.cores import pin
from benchmarks.mixture import BLOCK, Mixture
from benchmarks.passages import load_texts, mixed_passages
from benchmarks.process_memory import peak_mib, private_mib
from benchmarks.scale_shard import DENSE, TENANT, WORDS, bm25, create_shard
from benchmarks.scale_task import BuildFindings, ScaleTask
from libs.embedding.embedder import Vectors
from services.retrieval.passage import Passage
from services.retrieval.term_statistics import TermCounter

NICENESS = 10
"""As the ingest worker, which builds while others search."""
TERMS = "terms"
"""Folder of the term statistics, beside the shard."""


def build(task: ScaleTask) -> BuildFindings:
    """Makes the index of a task."""
    mixture = Mixture(np.load(task.real_vectors))
    passages = mixed_passages(load_texts(Path(task.data)), task.passages, TENANT)
    shard = create_shard(Path(task.shard), mixture.block(0).shape[1], task.storage)
    words, terms, filled = bm25(), TermCounter(), 0.0
    for number in range(task.passages // BLOCK):
        batch, vectors = list(islice(passages, BLOCK)), mixture.block(number)
        began = perf_counter()
        sparse = [words.embed_document(passage.indexed_text) for passage in batch]
        points = [_point(*entry) for entry in zip(batch, vectors, sparse, strict=True)]
        shard.update(qdrant.UpdateOperation.upsert_points(points))
        filled += perf_counter() - began
        for passage, vector in zip(batch, sparse, strict=True):
            terms.add(passage, vector.indices)
    private, began = private_mib(), perf_counter()
    shard.optimize()
    shard.flush()
    took = perf_counter() - began
    shard.close()
    terms.save(Path(task.shard).with_name(TERMS))
    return BuildFindings(filled, took, process_time(), peak_mib(), private, _size_mib(Path(task.shard)))


def _point(passage: Passage, vector: Vectors, words: qdrant.SparseVector) -> qdrant.Point:
    payload = {name: getattr(passage, name) for name in Passage.__dataclass_fields__ if name != "passage_id"}
    payload["heading_path"], payload["access"] = list(passage.heading_path), list(passage.access)
    return qdrant.Point(passage.passage_id, {DENSE: vector.tolist(), WORDS: words}, payload)


def _size_mib(folder: Path) -> float:
    # What is on disk, not what a sparse file claims to be.
    return sum(path.stat().st_blocks * 512 for path in folder.rglob("*") if path.is_file()) / 2**20


def main() -> None:
    """Reads a task from standard input, and writes what was found to standard output."""
    task = ScaleTask.from_json(sys.stdin.buffer.read())
    pin(task.core)
    os.nice(NICENESS)
    sys.stdout.buffer.write(orjson.dumps(asdict(build(task))))


if __name__ == "__main__":
    main()
