"""Late interaction finds for each word of the question its nearest word of the passage."""

from __future__ import annotations

import numpy as np
import pytest

from libs.embedding.embedder import Vectors
from services.retrieval.reranker_late_interaction import LateInteraction

WORDS = ("radio", "battery", "jacket")


class Words:
    """One axis for each word that it knows, and one for all others."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed_tokens(self, text: str) -> Vectors:
        self.texts.append(text)
        axes = [WORDS.index(word) if word in WORDS else len(WORDS) for word in text.split()]
        return np.eye(len(WORDS) + 1, dtype=np.float32)[axes]


def test_the_score_is_the_mean_of_each_words_best_match() -> None:
    model = LateInteraction(Words())
    scores = model.scores("radio battery", ["battery radio x", "radio jacket", "jacket"])
    assert scores == pytest.approx([1.0, 0.5, 0.0])


def test_a_text_is_scored_the_same_in_any_company() -> None:
    model = LateInteraction(Words())
    together = model.scores("radio jacket", ["radio", "jacket", "battery"])
    assert together == [model.scores("radio jacket", [text])[0] for text in ("radio", "jacket", "battery")]


def test_a_question_is_embedded_once_however_many_goes_it_takes() -> None:
    words = Words()
    model = LateInteraction(words)
    model.scores("radio", ["battery"])
    model.scores("radio", ["jacket"])
    assert words.texts.count("radio") == 1


def test_what_points_away_counts_for_nothing() -> None:
    class Opposed:
        def embed_tokens(self, text: str) -> Vectors:
            return np.array([[1.0, 0.0] if text == "q" else [-1.0, 0.0]], np.float32)

    assert LateInteraction(Opposed()).scores("q", ["t"]) == [0.0]
