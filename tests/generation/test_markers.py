"""Only offered numbers get through, wherever the stream is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.generation.markers import MarkerFilter, Part


def shown(parts: list[Part]) -> str:
    return "".join(part if isinstance(part, str) else f"[{part}]" for part in parts)


def filtered(*pieces: str, offered: tuple[int, ...] = (1, 2, 3)) -> str:
    markers = MarkerFilter(offered)
    return "".join(shown(markers.feed(piece)) for piece in pieces) + shown(markers.flush())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tea at four [1].", "Tea at four [1]."),
        ("Tea [9] at four.", "Tea  at four."),
        ("Tea [1, 2] and [2;3].", "Tea [1][2] and [2][3]."),
        ("Tea [1,9].", "Tea [1]."),
        ("Tea [1-3].", "Tea [1][2][3]."),
        ("Tea [2–1].", "Tea [2][1]."),
        ("Tea [ 2 ].", "Tea [2]."),
        ("Tea [^2].", "Tea [2]."),
        ("Tea [Source 2] and [sources 1, 3].", "Tea [2] and [1][3]."),
        ("Tea 【2】 and 【3:0†source】 and 【8】.", "Tea [2] and [3] and ."),
        ("Tea [1][1].", "Tea [1][1]."),
        ("Tea [1, 1].", "Tea [1]."),
        ("Tea [1234].", "Tea [1234]."),
        ("Tea [one] [] [1 cup].", "Tea [one] [] [1 cup]."),
        ("Tea [[1]].", "Tea [[1]]."),
        ("Tea [99](https://evil.example).", "Tea (https://evil.example)."),
    ],
)
def test_markers_become_offered_numbers_or_nothing(text: str, expected: str) -> None:
    assert filtered(text) == expected
    assert filtered(*text) == expected


@pytest.mark.parametrize(
    "code", ["`items[0]`", "``a[7] ` b[8]``", "```python\nx[7]\n\ny[8]\n```", "```\nopen [9]"]
)
def test_code_stays_what_it_is(code: str) -> None:
    assert filtered(code) == code
    assert filtered(*code) == code


def test_after_code_markers_count_again() -> None:
    assert filtered("`a[0]` is tea [9] [1].") == "`a[0]` is tea  [1]."
    assert filtered(*"```\na[0]\n```\nTea [9].") == "```\na[0]\n```\nTea ."


def test_a_backtick_that_nothing_closes_hides_no_later_line() -> None:
    assert filtered("It costs 5` [9]\nand [9] more") == "It costs 5` [9]\nand  more"


def test_only_a_tail_that_may_become_a_marker_is_held() -> None:
    markers = MarkerFilter({1})
    assert markers.feed("Tea at four [") == ["Tea at four "]
    assert markers.feed("1") == []
    assert markers.feed("] in the garden") == [1, " in the garden"]
    assert markers.feed("see [a") == ["see [a"]
    assert markers.feed("plain") == ["plain"]


def test_what_was_held_is_released_at_the_end() -> None:
    markers = MarkerFilter({1})
    assert markers.feed("Tea [1") == ["Tea "]
    assert markers.flush() == ["[1"]
    assert markers.flush() == []


ALPHABET = st.text(alphabet="a [],;123`\n^S【】†:-", max_size=40)


@given(ALPHABET, st.lists(st.integers(0, 40), max_size=6))
def test_where_the_stream_is_cut_makes_no_difference(text: str, cuts: list[int]) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert filtered(*pieces, offered=(1, 2)) == filtered(text, offered=(1, 2))


@given(ALPHABET)
def test_without_code_no_unknown_number_is_ever_released(text: str) -> None:
    prose = text.replace("`", "")
    assert "[3]" not in filtered(*prose, offered=(1, 2))
