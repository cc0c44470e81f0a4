"""Texts before they are embedded, vectors afterwards."""

from __future__ import annotations

import numpy as np
import pytest

from libs.embedding.text_encoding import encodable, unit


def test_lone_surrogates_become_question_marks() -> None:
    assert encodable("a\ud800b") == "a?b"
    assert encodable("Grüße 🙂") == "Grüße 🙂"


def test_vectors_are_scaled_to_length_one_and_nothing_stays_nothing() -> None:
    assert np.linalg.norm(unit(np.array([3, 4], np.float32))) == pytest.approx(1)
    assert unit(np.array([3, 4], np.float32)).dtype == np.float32
    assert unit(np.zeros(2, np.float32)).tolist() == [0, 0]
