"""A commit is kept in a point that no condition admits."""

from __future__ import annotations

import pytest

from services.retrieval.index import IndexFailure
from services.retrieval.qdrant_cluster.commit import Commit, commit_of, commit_point

COMMIT = Commit("main", 7, "fake-1", {"acme": 2, "globex": 3}, "0123")


def test_it_comes_back_as_it_was_written() -> None:
    assert commit_of(commit_point(COMMIT).payload) == COMMIT
    assert COMMIT.passages == 5


def test_it_belongs_to_no_tenant() -> None:
    assert "tenant" not in (commit_point(COMMIT).payload or {})


@pytest.mark.parametrize("wrong", [{"revision": "x"}, {"passages": []}, {"embedder": ...}])
def test_what_cannot_be_read_is_refused(wrong: dict[str, object]) -> None:
    payload = dict(commit_point(COMMIT).payload or {}) | wrong
    payload = {name: value for name, value in payload.items() if value is not ...}
    with pytest.raises(IndexFailure, match="build it anew"):
        commit_of(payload)
    with pytest.raises(IndexFailure):
        commit_of(None)
