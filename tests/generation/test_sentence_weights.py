"""Weights belong to features."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from services.generation.sentence_features import FEATURES
from services.generation.sentence_weights import OF_FACTS, OF_WAYS

BOTH = pytest.mark.parametrize("weights", [OF_FACTS, OF_WAYS])


@BOTH
def test_every_weight_names_a_feature(weights: Mapping[str, float]) -> None:
    assert set(weights) <= set(FEATURES)


@BOTH
def test_faults_never_speak_for_a_sentence(weights: Mapping[str, float]) -> None:
    for fault in ("points", "asks", "dangles", "broken", "example", "label", "no_fact"):
        assert weights[fault] < 0, fault


@BOTH
def test_likeness_never_speaks_against_one(weights: Mapping[str, float]) -> None:
    for likeness in ("cosine", "neighbour_cosine", "words", "words_or_headings", "passage_score", "fact"):
        assert weights.get(likeness, 0.0) >= 0, likeness
    assert weights["cosine"] > 1
