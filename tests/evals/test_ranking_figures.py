"""The figures are those that trec_eval gives."""

from __future__ import annotations

import math

import pytest

from evals.ranking_figures import figures_of, ndcg, recall


def test_a_perfect_ranking_has_an_ndcg_of_one() -> None:
    assert ndcg(["a", "b", "x"], {"a", "b"}, 10) == pytest.approx(1.0)


def test_a_relevant_document_counts_less_further_down() -> None:
    assert ndcg(["x", "a"], {"a"}, 10) == pytest.approx(1 / math.log2(3))
    assert ndcg(["x", "y", "a"], {"a"}, 10) == pytest.approx(0.5)


def test_several_relevant_documents_are_weighed_as_trec_eval_does() -> None:
    # By hand: (1/log2(2) + 1/log2(4)) / (1/log2(2) + 1/log2(3) + 1/log2(4)).
    assert ndcg(["a", "x", "b"], {"a", "b", "c"}, 10) == pytest.approx(1.5 / (1 + 1 / math.log2(3) + 0.5))


def test_what_lies_below_the_depth_counts_for_nothing() -> None:
    ranking = [f"x{number}" for number in range(10)] + ["a"]
    assert ndcg(ranking, {"a"}, 10) == 0.0
    assert recall(ranking, {"a"}, 10) == 0.0
    assert recall(ranking, {"a"}, 11) == 1.0


def test_more_relevant_documents_than_the_depth_can_still_be_found_perfectly() -> None:
    wanted = {str(number) for number in range(20)}
    assert ndcg([str(number) for number in range(10)], wanted, 10) == pytest.approx(1.0)


def test_recall_is_the_share_of_the_relevant_that_was_found() -> None:
    assert recall(["a", "x", "b"], {"a", "b", "c", "d"}, 5) == 0.5


def test_a_question_without_a_ranking_counts_as_nothing_found() -> None:
    figures = figures_of({"one": ["a"]}, {"one": {"a"}, "two": {"b"}})
    assert figures.questions == 2
    assert figures.ndcg10 == figures.recall5 == figures.recall10 == figures.recall100 == 0.5


def test_without_questions_there_are_no_figures() -> None:
    assert math.isnan(figures_of({}, {}).ndcg10)
