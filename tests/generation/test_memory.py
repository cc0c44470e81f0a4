"""What an answer knows of the conversation before it."""

from __future__ import annotations

import pytest

from services.generation.memory import Memory


def test_a_first_question_has_nothing_before_it() -> None:
    assert Memory() == Memory(turns=(), summary="", facts=())


def test_memory_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Memory().summary = "changed"  # type: ignore[misc]
