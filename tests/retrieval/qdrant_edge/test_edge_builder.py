"""Builds of the embedded index are whole, or leave nothing behind."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from services.retrieval.builds import BuildFolder
from services.retrieval.index import IndexFailure
from services.retrieval.qdrant_edge.edge_builder import QdrantEdgeBuilder
from tests.retrieval.example_passages import build_index, embedded, example


def test_a_build_counts_each_tenants_passages_and_reports_its_progress(tmp_path: Path) -> None:
    passages = embedded([example(f"text {n}") for n in range(700)] + [example("text", tenant="globex")])
    builder = QdrantEdgeBuilder(BuildFolder(tmp_path, "main"), "fake-1", 384)
    seen: list[tuple[int, int]] = []
    build = builder.build(3, iter(passages), 701, lambda done, total: seen.append((done, total)))
    assert (build.revision, build.embedder, build.passages) == (3, "fake-1", 701)
    assert build.tenants == {"acme": 700, "globex": 1}
    assert seen == [(500, 701), (701, 701)]


def test_a_build_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    builder = QdrantEdgeBuilder(BuildFolder(tmp_path, "main"), "fake-1", 5)
    with pytest.raises(IndexFailure, match="expected dim: 5, got 384"):
        builder.build(1, embedded([example("text")]), 1, lambda done, total: None)
    assert list((tmp_path / "main" / "builds").iterdir()) == []


def test_two_passages_with_one_id_are_refused(tmp_path: Path) -> None:
    builder = QdrantEdgeBuilder(BuildFolder(tmp_path, "main"), "fake-1", 384)
    twice = embedded([example("text"), example("text")])
    with pytest.raises(IndexFailure, match="2 passages have only 1 different ids"):
        builder.build(1, twice, 2, lambda done, total: None)


def test_two_passages_whose_ids_begin_alike_are_never_taken_for_one(tmp_path: Path) -> None:
    one = example("one")
    alike = replace(example("two"), passage_id=one.passage_id[:19] + "0000-000000000000")
    assert one.passage_id[:18] == alike.passage_id[:18]
    with pytest.raises(IndexFailure, match="different ids"):
        build_index(tmp_path, [one, alike])
