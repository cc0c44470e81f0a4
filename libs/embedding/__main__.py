"""Prepares an embedding model in a folder: `python -m libs.embedding FOLDER [MODEL]`."""

from __future__ import annotations

import sys
from pathlib import Path

from libs.embedding.choice import EmbeddingChoice, open_chosen
from libs.embedding.embedder import EmbeddingModelUnavailable
from libs.embedding.model_store import prepare_model


def main() -> int:
    """Prepares the default model, or downloads one that fastembed knows; returns the exit code."""
    if len(sys.argv) not in (2, 3):
        sys.stderr.write("usage: python -m libs.embedding FOLDER [MODEL]\n")
        return 2
    try:
        _prepare(Path(sys.argv[1]), *sys.argv[2:])
    except EmbeddingModelUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _prepare(folder: Path, model: str = "") -> None:
    if not model:
        prepare_model(folder, lambda step: sys.stderr.write(f"  {step}\n"))
        return
    embedder = open_chosen(EmbeddingChoice(model), folder, threads=1)
    sys.stderr.write(f"  embedding model ready: {embedder.identity}, {embedder.dimensions} dimensions\n")


if __name__ == "__main__":
    sys.exit(main())
