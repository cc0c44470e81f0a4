"""Areas and rates, on numbers small enough to count by hand."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from evals.separation import auc, refused_at

SCORES = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=12)


def test_full_separation_is_one_and_none_is_a_half() -> None:
    assert auc([3.0, 2.0], [1.0, 0.0]) == 1.0
    assert auc([1.0, 1.0], [1.0]) == 0.5
    assert auc([0.0], [1.0]) == 0.0


@given(SCORES, SCORES)
def test_it_is_the_share_of_pairs_in_order(accepted: list[float], others: list[float]) -> None:
    pairs = [(a > b) + 0.5 * (a == b) for a in accepted for b in others]
    assert math.isclose(auc(accepted, others), sum(pairs) / len(pairs))


def test_with_one_side_empty_nothing_can_be_said() -> None:
    assert math.isnan(auc([], [1.0]))
    assert math.isnan(refused_at([1.0], [], 0.1))


def test_the_threshold_refuses_no_more_of_the_accepted_than_allowed() -> None:
    accepted = [float(score) for score in range(10)]
    assert refused_at(accepted, [0.5, 1.5, 5.0, 9.0], 0.2) == 0.5
    assert refused_at(accepted, [-1.0, 0.5], 0.0) == 0.5


@given(SCORES, st.floats(0, 0.99))
def test_false_refusals_stay_within_their_share(accepted: list[float], share: float) -> None:
    assert refused_at(accepted, accepted, share) <= share + 1e-9
