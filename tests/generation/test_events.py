"""Events of an answer: what several models took is told as one."""

from __future__ import annotations

import pytest

from services.generation.events import Usage


def test_tokens_and_money_of_two_models_add_up() -> None:
    both = Usage(100, 20, 0.001).plus(Usage(30, 5, 0.0005))

    assert (both.prompt_tokens, both.completion_tokens) == (130, 25)
    assert both.cost_usd == pytest.approx(0.0015)


def test_a_model_that_says_nothing_adds_nothing() -> None:
    said = Usage(100, 20, 0.001)

    assert said.plus(Usage()) == said
