"""The models find what was put into the data."""

from __future__ import annotations

import numpy as np

from evals.linear_models import Array, Choice, Signs, fit_choices, fit_yes

FREE = Signs(np.full(3, -np.inf), np.full(3, np.inf))


def choices(weights: Array, count: int = 200) -> list[Choice]:
    chance = np.random.default_rng(1)
    made = []
    for _ in range(count):
        features = chance.standard_normal((int(chance.integers(2, 8)), 3))
        right = np.zeros(len(features))
        right[int(np.argmax(features @ weights))] = 1.0
        made.append(Choice(features, right))
    return made


def test_the_best_of_several_is_learned() -> None:
    learned = fit_choices(choices(np.array([2.0, -1.0, 0.0])), FREE)
    assert learned[0] > 1
    assert learned[1] < -0.5
    assert abs(learned[2]) < 0.2 * learned[0]


def test_signs_are_kept() -> None:
    bound = Signs(np.array([0.0, 0.0, -np.inf]), np.full(3, np.inf))
    learned = fit_choices(choices(np.array([2.0, -1.0, 0.0])), bound)
    assert learned[1] == 0.0
    assert learned[0] > 0


def test_what_weighs_more_is_followed() -> None:
    one, other = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]), np.array([1.0, 0.0])
    heavy = [Choice(one, other, 9.0), Choice(one, 1 - other, 1.0)]
    assert fit_choices(heavy, FREE)[0] > 0


def test_yes_and_no_are_told_apart_with_a_calibrated_probability() -> None:
    chance = np.random.default_rng(2)
    features = chance.standard_normal((4000, 2))
    likelihood = 1 / (1 + np.exp(-(1.5 * features[:, 0] - 0.5)))
    yes = (chance.random(4000) < likelihood).astype(float)
    coefficients, constant = fit_yes(features, yes, np.ones(4000))
    assert abs(coefficients[0] - 1.5) < 0.2
    assert abs(coefficients[1]) < 0.15
    assert abs(constant + 0.5) < 0.15
