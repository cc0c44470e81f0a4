"""Profiles say how to rank; what is not said stays out of a manifest's id."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from libs.common.retrieval_profile import Profile, Rerank


def test_what_came_later_is_left_out_until_it_is_used() -> None:
    assert set(Profile().model_dump()) == {"k", "prefetch", "fusion", "dense_weight", "pressure_ms"}
    used = Profile(rerank=Rerank(model="late-interaction"), per_document=2, relevance=0.7, neighbours="join")
    assert Profile.model_validate(used.model_dump()) == used


@pytest.mark.parametrize("model", ["late-interaction", "Xenova/ms-marco-MiniLM-L-6-v2", "my.model_1"])
def test_a_re_ranking_model_has_a_name(model: str) -> None:
    assert Rerank(model=model).model == model


@pytest.mark.parametrize(
    "wrong",
    [
        {"model": ""},
        {"model": "../weights"},
        {"model": "a/../b"},
        {"model": "/etc/weights"},
        {"model": "a/b/c"},
        {"model": "m", "budget_ms": 0},
        {"model": "m", "depth": 1},
        {"model": "m", "depth": 101},
        {"model": "m", "weight": 1.5},
    ],
)
def test_wishes_that_cannot_be_met_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rerank.model_validate(wrong)


def test_waiting_times_must_rise() -> None:
    with pytest.raises(ValidationError, match="pressure_ms falls"):
        Profile(pressure_ms=(20.0, 10.0, 80.0, 150.0))
