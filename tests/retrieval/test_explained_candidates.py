"""What became of each candidate: its rank at every stage, and why it is on the page or not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.retrieval.candidates import Candidates
from services.retrieval.explained_candidates import explain_candidates
from services.retrieval.explanation import ExplainedCandidate, Outcome
from services.retrieval.found_passage import FoundPassage
from services.retrieval.fusion import Fused
from services.retrieval.index import Hit, Key
from services.retrieval.passage import Passage
from services.retrieval.selection import Selection
from tests.retrieval.example_passages import example
from tests.retrieval.example_runs import found

A, B, C = (example(name) for name in "abc")
KEYS: dict[Passage, Key] = {A: 11, B: 22, C: 33}
"""What the index calls them."""
FUSED = [Fused(key, 1.0 - n / 10, None, None) for n, key in enumerate(KEYS.values())]


def hits(*passages: Passage) -> list[Hit]:
    return [Hit(KEYS[each], 1.0) for each in passages]


def explained(
    ranked: Sequence[FoundPassage],
    *,
    near: list[Hit] | None = None,
    words: list[Hit] | None = None,
    places: Mapping[str, int] | None = None,
    reasons: Mapping[str, tuple[Outcome, str]] | None = None,
) -> dict[str, ExplainedCandidate]:
    """What became of A, B and C, which were fused in this order, by their text."""
    chosen = Selection((), places or {}, reasons or {})
    read = {KEYS[each.passage]: each.passage.passage_id for each in ranked}
    told = explain_candidates(FUSED, Candidates(None, near, words), read, ranked, chosen)
    return {candidate.found.passage.text: candidate for candidate in told}


def test_candidates_come_in_the_order_of_their_fused_scores() -> None:
    told = explained([found(C), found(A), found(B)])

    assert [(name, each.fused_rank) for name, each in told.items()] == [("a", 1), ("b", 2), ("c", 3)]


def test_each_has_its_rank_in_each_search_that_found_it() -> None:
    told = explained([found(A), found(B), found(C)], near=hits(B, A), words=hits(C, B))

    assert {name: (each.dense_rank, each.bm25_rank) for name, each in told.items()} == {
        "a": (2, 0),
        "b": (1, 2),
        "c": (0, 1),
    }


def test_a_search_that_failed_ranks_nothing() -> None:
    told = explained([found(A)], near=None, words=None)

    assert (told["a"].dense_rank, told["a"].bm25_rank) == (0, 0)


def test_a_candidate_that_was_never_read_is_not_shown() -> None:
    told = explained([found(A), found(C)])

    assert [(name, each.fused_rank) for name, each in told.items()] == [("a", 1), ("c", 3)]


def test_ranks_of_the_re_ranking_follow_its_own_scores_not_the_final_ones() -> None:
    told = explained([found(A, 0.9, rerank=0.2), found(B, 0.8, rerank=0.7), found(C, 0.1)])

    assert [each.rerank_rank for each in told.values()] == [2, 1, 0]


def test_a_candidate_is_on_the_page_beyond_it_or_left_out_for_a_reason() -> None:
    told = explained(
        [found(A), found(B), found(C)],
        places={A.passage_id: 1, C.passage_id: 1},
        reasons={C.passage_id: ("joined", A.passage_id)},
    )

    assert {name: (each.rank, each.outcome, each.because_of) for name, each in told.items()} == {
        "a": (1, "returned", ""),
        "b": (0, "beyond_k", ""),
        "c": (1, "joined", A.passage_id),
    }
