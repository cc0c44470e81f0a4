from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.passages import load_texts
from benchmarks.search_index import Bulk, prepare_index
from libs.embedding.embedder import Vectors


class Counting:
    """An embedder that counts; its vectors say nothing."""

    identity = "counting"
    dimensions = 8
    max_tokens = 10

    def __init__(self) -> None:
        self.embedded = 0

    def embed_query(self, text: str) -> Vectors:
        vector: Vectors = self.embed_passages([text])[0]
        return vector

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        self.embedded += len(texts)
        vector = np.zeros((len(texts), 8), np.float32)
        vector[:, self.embedded % 8] = 1
        return vector

    def count_tokens(self, text: str) -> int:
        return len(text.split())


def test_only_some_of_the_vectors_are_computed_and_the_index_is_made_once(tmp_path: Path) -> None:
    texts, embedder, bulk = load_texts(tmp_path), Counting(), Bulk("demo", passages=60, embedded=5)

    build = prepare_index(tmp_path / "index", bulk, texts, embedder)
    again = prepare_index(tmp_path / "index", bulk, texts, embedder)

    assert build.tenants == {"demo": 60}
    assert embedder.embedded == 5
    assert again.pointer == build.pointer


def test_an_index_of_another_size_or_embedder_is_made_anew(tmp_path: Path) -> None:
    texts, embedder = load_texts(tmp_path), Counting()
    prepare_index(tmp_path / "index", Bulk("demo", 30, 5), texts, embedder)

    grown = prepare_index(tmp_path / "index", Bulk("demo", 40, 5), texts, embedder)
    embedder.identity = "another"
    changed = prepare_index(tmp_path / "index", Bulk("demo", 40, 5), texts, embedder)

    assert grown.passages == 40
    assert changed.embedder == "another"
