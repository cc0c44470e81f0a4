"""Prepares the default embedding model in a folder: `python -m libs.embedding FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from libs.embedding.embedder import EmbeddingModelUnavailable
from libs.embedding.model_store import prepare_model


def main() -> int:
    """Prepares the model, saying each step on standard error; returns the exit code."""
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python -m libs.embedding FOLDER\n")
        return 2
    try:
        prepare_model(Path(sys.argv[1]), lambda step: sys.stderr.write(f"  {step}\n"))
    except EmbeddingModelUnavailable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
