"""Two linear models, fitted in a few lines of numpy: which of several, and yes or no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_MASKED = -1e9


@dataclass(frozen=True, slots=True)
class Choice:
    """Several candidates, of which some are right.

    Attributes:
        features: One row a candidate.
        right: 1 for each right candidate, else 0; at least one is.
        weight: How much it counts.
    """

    features: Array
    right: Array
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Signs:
    """Bounds of the coefficients, one a feature; 0 as a bound fixes the sign."""

    least: Array
    most: Array


def fit_choices(
    choices: Sequence[Choice], signs: Signs, ridge: float = 2e-3, steps: int = 500, rate: float = 0.05
) -> Array:
    """Fits a multinomial logit: the likelihood that one of the right candidates scores best.

    Projected Adam (Kingma and Ba, 2015) on the mean negative log-likelihood with a ridge penalty on the
    coefficients of the scaled features; returns the coefficients of the features as they are.
    """
    scale = np.concatenate([choice.features for choice in choices]).std(0) + 1e-6
    features, right, open_to, weight = _stacked(choices, scale)
    coefficients, mean, square = (np.zeros(len(scale)) for _ in range(3))
    for step in range(1, steps + 1):
        likelihood = _softmax(features @ coefficients + open_to)
        share = likelihood * right
        share /= share.sum(1, keepdims=True) + 1e-12
        gradient = np.einsum("cnf,cn,c->f", features, likelihood - share, weight) / weight.sum()
        gradient += ridge * coefficients
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        move = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
        coefficients = np.clip(coefficients - rate * move, signs.least, signs.most)
    return np.asarray(coefficients / scale)


def fit_yes(features: Array, yes: Array, weight: Array, ridge: float = 1e-3) -> tuple[Array, float]:
    """Fits a logistic regression by Newton's method; returns the coefficients and the constant."""
    centre, scale = features.mean(0), features.std(0) + 1e-6
    scaled = np.c_[(features - centre) / scale, np.ones(len(features))]
    penalty = np.array([ridge] * features.shape[1] + [1e-9])
    share = weight / weight.sum()
    solution = np.zeros(scaled.shape[1])
    for _ in range(50):
        likelihood = 1 / (1 + np.exp(-(scaled @ solution)))
        gradient = scaled.T @ (share * (likelihood - yes)) + penalty * solution
        curvature = (scaled * (share * likelihood * (1 - likelihood))[:, None]).T @ scaled
        solution = solution - np.linalg.solve(curvature + np.diag(penalty), gradient)
    coefficients = solution[:-1] / scale
    return coefficients, float(solution[-1] - coefficients @ centre)


def _stacked(choices: Sequence[Choice], scale: Array) -> tuple[Array, Array, Array, Array]:
    longest = max(len(choice.features) for choice in choices)
    features = np.zeros((len(choices), longest, len(scale)))
    right = np.zeros((len(choices), longest))
    open_to = np.full((len(choices), longest), _MASKED)
    for at, choice in enumerate(choices):
        count = len(choice.features)
        features[at, :count] = choice.features / scale
        right[at, :count] = choice.right > 0
        open_to[at, :count] = 0.0
    return features, right, open_to, np.array([choice.weight for choice in choices])


def _softmax(scores: Array) -> Array:
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True))
