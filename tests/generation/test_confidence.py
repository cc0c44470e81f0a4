"""Confidence is a documented sum."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generation.confidence import confidence


def test_a_relevant_and_supported_answer_is_certain() -> None:
    assert confidence(0.9, (1.0, 1.0)) == pytest.approx(1.0)


def test_sentences_without_support_pull_it_down() -> None:
    assert confidence(0.7, (1.0, 0.0)) == pytest.approx(0.7)
    assert confidence(0.35, (1.0,)) == pytest.approx(0.8)


def test_a_writer_that_can_tell_how_likely_it_is_right_is_believed() -> None:
    assert confidence(0.9, (1.0,), 0.35) == pytest.approx(0.35)
    assert confidence(0.1, (1.0, 0.5), 0.8) == pytest.approx(0.6)


def test_an_answer_without_sentences_has_none() -> None:
    assert confidence(1.0, ()) == 0.0


@given(st.floats(0, 1), st.lists(st.floats(0, 1), max_size=5), st.none() | st.floats(0, 1))
def test_it_stays_between_zero_and_one(relevance: float, supports: list[float], fit: float | None) -> None:
    assert 0.0 <= confidence(relevance, supports, fit) <= 1.0 + 1e-9
