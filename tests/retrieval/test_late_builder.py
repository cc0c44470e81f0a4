"""A builder that is made when there is something to build."""

from __future__ import annotations

from pathlib import Path

import pytest

from libs.embedding.embedder import EmbeddingModelUnavailable
from services.retrieval.builds import BuildFolder
from services.retrieval.index import IndexBuilder
from services.retrieval.late_builder import LateBuilder
from tests.fakes.fake_builder import FakeBuilder


def test_the_builder_is_made_once_and_not_before_the_first_build(tmp_path: Path) -> None:
    made: list[FakeBuilder] = []

    def make() -> IndexBuilder:
        made.append(FakeBuilder(BuildFolder(tmp_path, "main")))
        return made[-1]

    late = LateBuilder(make)
    assert made == []

    for revision in (1, 2):
        assert late.build(revision, [], 0, lambda *_: None).revision == revision

    assert [builder.built for builder in made] == [[1, 2]]


def test_a_builder_that_cannot_be_made_is_tried_again(tmp_path: Path) -> None:
    failures = [EmbeddingModelUnavailable("Prepare it first.")]

    def make() -> IndexBuilder:
        if failures:
            raise failures.pop()
        return FakeBuilder(BuildFolder(tmp_path, "main"))

    late = LateBuilder(make)
    with pytest.raises(EmbeddingModelUnavailable):
        late.build(1, [], 0, lambda *_: None)
    assert late.build(1, [], 0, lambda *_: None).revision == 1
