"""Fusion of two rankings, by examples and by properties."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.retrieval.fusion import Method, fuse, normalised, reciprocal_ranks
from services.retrieval.index import Hit


def hits(*pairs: tuple[str, float]) -> list[Hit]:
    return [Hit(passage_id, score) for passage_id, score in pairs]


def ranked(scores: dict[str, float]) -> list[Hit]:
    found = [Hit(passage_id, score) for passage_id, score in scores.items()]
    return sorted(found, key=lambda hit: (-hit.score, hit.key))


def distinct(found: list[Hit]) -> bool:
    return len({hit.score for hit in found}) == len(found)


ids = st.sampled_from("abcdefghij")
lists = st.dictionaries(ids, st.floats(-1e6, 1e6, allow_nan=False), max_size=10).map(ranked)
strict_lists = st.dictionaries(ids, st.integers(-1000, 1000).map(float), max_size=10).map(ranked)
methods = st.sampled_from(("normalised_sum", "reciprocal_rank"))
weights = st.floats(0.0, 1.0)


def test_normalised_sum_weighs_the_distance_to_the_last_hit() -> None:
    dense = hits(("a", 0.9), ("b", 0.7), ("c", 0.5))
    bm25 = hits(("b", 12.0), ("d", 8.0), ("a", 4.0))
    fused = fuse("normalised_sum", dense, bm25, 0.5)
    assert [(entry.key, entry.score) for entry in fused] == [
        ("b", pytest.approx(0.5 * 0.5 + 0.5 * 1.0)),
        ("a", pytest.approx(0.5 * 1.0)),
        ("d", pytest.approx(0.5 * 0.5)),
        ("c", 0.0),
    ]


def test_reciprocal_ranks_follow_the_published_formula_up_to_a_factor() -> None:
    dense, bm25 = hits(("a", 0.9), ("b", 0.7)), hits(("b", 12.0))
    fused = {entry.key: entry.score for entry in fuse("reciprocal_rank", dense, bm25, 0.5)}
    published = {"a": 1 / 61, "b": 1 / 62 + 1 / 61}
    assert fused["b"] / fused["a"] == pytest.approx(published["b"] / published["a"])


def test_each_passage_keeps_what_the_stages_gave_it() -> None:
    both, only_dense = fuse("normalised_sum", hits(("a", 0.9), ("b", 0.1)), hits(("a", 7.0)), 0.5)
    assert (both.dense, both.bm25) == (0.9, 7.0)
    assert (only_dense.dense, only_dense.bm25) == (0.1, None)


def test_equal_scores_in_a_list_all_count_fully() -> None:
    assert normalised(hits(("a", 3.0), ("b", 3.0))) == {"a": 1.0, "b": 1.0}


def test_a_tie_goes_to_the_nearer_vector_and_then_to_what_came_first() -> None:
    dense = hits(("x", 0.8), ("y", 0.4))
    bm25 = hits(("y", 9.0), ("x", 1.0))
    assert [entry.key for entry in fuse("normalised_sum", dense, bm25, 0.5)] == ["x", "y"]
    same = fuse("normalised_sum", hits(("a", 1.0), ("b", 1.0)), hits(("c", 1.0)), 0.5)
    assert [entry.key for entry in same] == ["a", "b", "c"]


def test_nothing_fused_with_nothing_is_nothing() -> None:
    assert not fuse("normalised_sum", [], [], 0.5)
    assert not fuse("reciprocal_rank", [], [], 0.5)


@given(methods, lists, lists, weights)
def test_every_passage_of_either_list_appears_once_best_first_with_a_score_from_0_to_1(
    method: Method, dense: list[Hit], bm25: list[Hit], weight: float
) -> None:
    fused = fuse(method, dense, bm25, weight)
    found = [entry.key for entry in fused]
    assert sorted(found) == sorted({hit.key for hit in [*dense, *bm25]})
    scores = [entry.score for entry in fused]
    assert all(0.0 <= score <= 1.0 + 1e-12 for score in scores)
    assert scores == sorted(scores, reverse=True)


@given(methods, strict_lists, strict_lists)
def test_the_whole_weight_on_the_vectors_keeps_their_order(
    method: Method, dense: list[Hit], bm25: list[Hit]
) -> None:
    assume(distinct(dense))
    fused = fuse(method, dense, bm25, 1.0)
    assert [entry.key for entry in fused if entry.dense is not None] == [h.key for h in dense]


@given(strict_lists, st.sampled_from((0.5, 2.0, 64.0)), st.integers(-1000, 1000))
def test_normalising_ignores_the_scale_and_the_zero_of_a_stage(
    found: list[Hit], factor: float, shift: int
) -> None:
    moved = [Hit(hit.key, hit.score * factor + shift) for hit in found]
    assert normalised(moved) == pytest.approx(dict(normalised(found)))


@given(lists)
def test_reciprocal_ranks_start_at_1_and_fall(found: list[Hit]) -> None:
    shares = [reciprocal_ranks(found)[hit.key] for hit in found]
    assert shares == sorted(shares, reverse=True)
    assert shares[:1] in ([], [1.0])
