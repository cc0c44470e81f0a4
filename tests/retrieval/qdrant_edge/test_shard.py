"""A shard is made and closed, and whatever the engine raises is the port's own error."""

from __future__ import annotations

from pathlib import Path

import pytest
import qdrant_edge as qdrant

from services.retrieval.index import IndexFailure
from services.retrieval.qdrant_edge.shard import FIELD_INDEXES, EngineErrors, new_shard


def test_a_new_shard_is_empty_and_indexes_every_field_of_a_condition(tmp_path: Path) -> None:
    with new_shard(tmp_path / "shard", 3) as shard:
        assert shard.info().points_count == 0
        assert set(shard.info().payload_schema) == set(FIELD_INDEXES)


def test_it_is_closed_whatever_happens_inside(tmp_path: Path) -> None:
    def fail() -> None:
        with new_shard(tmp_path / "shard", 3):
            raise KeyError("inside")

    with pytest.raises(KeyError):
        fail()
    qdrant.EdgeShard.load(str(tmp_path / "shard")).close()


def test_a_place_where_no_shard_can_be_is_the_ports_own_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(IndexFailure, match="Qdrant Edge failed"), new_shard(tmp_path / "file", 3):
        pass


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (RuntimeError("broken"), IndexFailure),
        (IndexFailure("ours"), IndexFailure),
        (SystemExit(), SystemExit),
    ],
)
def test_only_faults_become_failures_and_ours_stay_as_they_are(
    raised: BaseException, expected: type[BaseException]
) -> None:
    def fail() -> None:
        with EngineErrors():
            raise raised

    with pytest.raises(expected) as caught:
        fail()
    assert (caught.value is raised) is not isinstance(raised, RuntimeError)
