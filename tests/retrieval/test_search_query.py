"""A search outside its limits is refused, naming the field."""

from __future__ import annotations

from typing import Any

import pytest

from libs.common.errors import InvalidRequest
from services.retrieval.search_query import SearchQuery


def test_white_space_around_a_query_does_not_count() -> None:
    assert SearchQuery("  what is\tthis \n").text == "what is\tthis"


def test_everything_at_its_limit_is_accepted() -> None:
    SearchQuery("ü" * 2048, k=50)
    SearchQuery("x", k=0)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": ""}, "query"),
        ({"text": " \n\t"}, "query"),
        ({"text": "ü" * 2048 + "x"}, "query"),
        ({"k": -1}, "k"),
        ({"k": 51}, "k"),
    ],
)
def test_a_part_outside_its_limits_is_named(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        SearchQuery(**({"text": "radio"} | wrong))
    assert caught.value.field == field
