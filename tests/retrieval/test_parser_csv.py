"""Tables of separated values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval import parser_csv
from services.retrieval.parsed_document import Unreadable
from services.retrieval.parser_csv import parse_csv
from tests.retrieval.example_documents import assert_sound, kinds


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told(separator: str) -> None:
    source = f"Code{separator}Place\r\nSKU-1{separator}B-07\r\n\r\n"
    parsed = parse_csv(source)
    assert (kinds(parsed), parsed.text) == (["table"], "Code | Place\nSKU-1 | B-07")


def test_cells_may_hold_separators_and_lines() -> None:
    assert parse_csv('a,b\n"1, 2","x\ny"\n').text == "a | b\n1, 2 | x y"


def test_one_column_is_a_table_too() -> None:
    assert parse_csv("name\nbee\n").text == "name\nbee"


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_csv, "MAX_CELLS", 3)
    with pytest.raises(Unreadable, match="more than 3 cells"):
        parse_csv("a,b\nc,d\n")


def test_a_cell_without_an_end_is_refused() -> None:
    with pytest.raises(Unreadable, match="check its quotes") as caught:
        parse_csv('a,"' + "x" * 200_000)
    assert caught.value.code == "corrupt"


@given(st.text(alphabet='a,;\t|"\n\r\0 ', max_size=200))
def test_any_source_is_taken_or_refused(source: str) -> None:
    try:
        parsed = parse_csv(source)
    except Unreadable:
        return
    assert_sound(parsed)
