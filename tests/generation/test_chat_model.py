"""A model's failure says what happened, and no more than the log may hold."""

from __future__ import annotations

import pytest

from services.generation.chat_model import Finished, ModelError
from services.generation.events import Usage


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelError("stalled"), "stalled"),
        (ModelError("refused", "HTTP 429"), "refused: HTTP 429"),
    ],
)
def test_it_names_the_fault_and_the_detail_if_there_is_one(error: ModelError, said: str) -> None:
    assert str(error) == said
    assert error.fault == said.partition(":")[0]


def test_a_model_that_says_nothing_of_tokens_has_used_none() -> None:
    assert Finished("stop").usage == Usage(0, 0, 0.0)
    assert Finished("stop").fit is None
