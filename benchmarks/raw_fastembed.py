"""fastembed as its documentation shows it, in a process of its own: `python -m benchmarks.raw_fastembed`."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import orjson
from fastembed import TextEmbedding

from libs.embedding.embedder_fastembed import load_prepared
from libs.embedding.model_store import prepare_model
from services.retrieval.worker import NICENESS

_WARM = 8


def main() -> None:
    """Reads a JSON list of texts from standard input; writes seconds, CPU seconds and the mean vector."""
    parser = argparse.ArgumentParser()
    parser.add_argument("models", type=Path)
    parser.add_argument("--batch", type=int, default=256, help="fastembed's own default is 256")
    asked = parser.parse_args()
    os.nice(NICENESS)
    texts: list[str] = orjson.loads(sys.stdin.buffer.read())
    prepared = prepare_model(asked.models)
    load_prepared(prepared)  # registers the name
    model = TextEmbedding(prepared.identity, specific_model_path=str(prepared.path), local_files_only=True)
    list(model.embed(texts[:_WARM]))
    began, cpu = perf_counter(), process_time()
    vectors = np.stack(list(model.embed(texts, batch_size=asked.batch)))
    took, spent = perf_counter() - began, process_time() - cpu
    found = {"seconds": took, "cpu_seconds": spent, "vectors": len(vectors)}
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    main()
