"""What feedback may be."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.errors import InvalidRequest
from services.insights.feedback import Feedback, checked_feedback

QUERY_ID = "q_" + "A" * 20
GOOD: dict[str, Any] = {
    "feedback_id": "f-1",
    "query_id": QUERY_ID,
    "vote": "up",
    "rating": 5,
    "labels": ("wrong source", "zu lang"),
    "comment": "Nice.\nThanks \U0001f44d",
    "manifest_id": "0" * 64,
}


def test_good_feedback_is_taken_as_it_is() -> None:
    assert checked_feedback(**GOOD) == Feedback(**GOOD)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("feedback_id", "x" * 100),
        ("feedback_id", "!~"),
        ("query_id", "q_" + "-_aZ09" * 10 + "AAAA"),
        ("vote", "down"),
        ("rating", 0),
        ("labels", ()),
        ("labels", ("x" * 64,) * 10),
        ("comment", ""),
        ("comment", "ü" * 4000),
        ("manifest_id", ""),
    ],
)
def test_the_bounds_themselves_are_allowed(field: str, value: object) -> None:
    assert getattr(checked_feedback(**GOOD | {field: value}), field) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("feedback_id", ""),
        ("feedback_id", "x" * 101),
        ("feedback_id", "a b"),
        ("feedback_id", "a\n"),
        ("feedback_id", "ü"),
        ("feedback_id", "\x00"),
        ("query_id", ""),
        ("query_id", "q_" + "A" * 19),
        ("query_id", "q_" + "A" * 65),
        ("query_id", "Q_" + "A" * 20),
        ("query_id", QUERY_ID + "\n"),
        ("query_id", QUERY_ID + "/"),
        ("vote", ""),
        ("vote", "sideways"),
        ("rating", 6),
        ("rating", -1),
        ("labels", ("x",) * 11),
        ("labels", ("",)),
        ("labels", ("x" * 65,)),
        ("labels", ("a\x00",)),
        ("labels", ("a\u202eb",)),
        ("comment", "x" * 4001),
        ("comment", "a\x00b"),
        ("manifest_id", "0" * 63),
        ("manifest_id", "G" * 64),
        ("manifest_id", "0" * 64 + "\n"),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(InvalidRequest) as caught:
        checked_feedback(**GOOD | {field: value})
    assert caught.value.field == field


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=30))
def test_no_text_at_all_is_more_than_an_invalid_request(first: str, second: str, third: str) -> None:
    with pytest.raises(InvalidRequest):
        checked_feedback(first, second, third, 0, (), "", "")
