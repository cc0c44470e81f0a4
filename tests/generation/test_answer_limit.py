"""How many answers may be computed at once depends on their kind."""

from __future__ import annotations

import pytest

from libs.common.adaptive_limit import WINDOW
from services.generation.answer_limit import REMEMBERED, AnswerLimit
from services.generation.answer_place import QUOTED, WRITTEN


def risen() -> AnswerLimit:
    """A limit that has seen many written answers, all of them quick."""
    limit = AnswerLimit(4)
    for _ in range(40 * WINDOW):
        limit.note(WRITTEN[0], 0.01, limit.limit)
    return limit


def test_written_answers_may_be_many_because_most_of_them_wait() -> None:
    assert risen().limit > 20


@pytest.mark.parametrize("kind", sorted(set(QUOTED)))
def test_quoted_answers_are_no_more_than_can_be_computed(kind: str) -> None:
    limit = AnswerLimit(4)
    for _ in range(40 * WINDOW):
        limit.note(kind, 0.01, limit.limit)
    assert limit.limit == 4


def test_one_quoted_answer_among_written_ones_is_enough_for_that() -> None:
    limit = risen()
    limit.note(QUOTED[0], 0.1, limit.limit)
    assert limit.limit == 4


def test_when_no_more_are_quoted_what_was_known_of_written_ones_holds_again() -> None:
    limit = risen()
    before = limit.limit
    limit.note(QUOTED[0], 0.1, limit.limit)
    for _ in range(REMEMBERED):
        assert limit.limit == 4
        limit.note(WRITTEN[0], 0.01, limit.limit)
    assert limit.limit >= before
