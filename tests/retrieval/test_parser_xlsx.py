"""Workbooks."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
import pytest

from services.retrieval import parser_xlsx
from services.retrieval.parsed_document import Unreadable
from services.retrieval.parser_xlsx import parse_xlsx
from tests.retrieval.example_documents import assert_sound, texts
from tests.retrieval.example_files import presentation, with_part, workbook

SHEET = "xl/worksheets/sheet1.xml"
NAMES = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def with_rows(inner: str, more: str = "") -> bytes:
    sheet = f"<worksheet {NAMES}>{more}<sheetData>{inner}</sheetData></worksheet>"
    return with_part(workbook({"Stock": [["x"]]}), SHEET, sheet.encode())


def test_each_sheet_is_a_section_and_rows_that_touch_are_a_table() -> None:
    rows: list[list[object]] = [
        ["Year 2026"],
        [],
        [None, "Code", "Count"],
        [None, "SKU-1", 7],
        [None, None, None],
        [None, "SKU-2", 2.50],
    ]
    parsed = parse_xlsx(workbook({"Stock": rows, "Empty": [], "Dates": [[datetime(2026, 1, 31)]]}))  # noqa: DTZ001
    assert_sound(parsed)
    assert texts(parsed) == [
        *("Stock", "Year 2026", "Code | Count\nSKU-1 | 7", "SKU-2 | 2.5"),
        *("Dates", "2026-01-31"),
    ]


def test_hidden_sheets_are_left_out() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook({"Shown": [["a"]], "Hidden": [["b"]]})))
    book["Hidden"].sheet_state = "hidden"
    target = io.BytesIO()
    book.save(target)
    assert texts(parse_xlsx(target.getvalue())) == ["Shown", "a"]


def test_a_million_empty_rows_and_columns_cost_little() -> None:
    far = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="B1048576"><v>2</v></c></row>'
    parsed = parse_xlsx(with_rows(far, '<dimension ref="A1:XFD1048576"/>'))
    assert texts(parsed) == ["Stock", "1", "2"]


def test_a_sheet_of_too_many_cells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parser_xlsx, "MAX_CELLS", 10)
    with pytest.raises(Unreadable, match="more than 10 cells") as caught:
        parse_xlsx(workbook({"Stock": [["a", "b"]] * 6}))
    assert caught.value.code == "too_large"


@pytest.mark.parametrize(
    "content",
    [
        presentation(),
        workbook({"Stock": [["a"]]})[:3000],
        with_part(workbook({"Stock": [["a"]]}), "xl/workbook.xml", b"<workbook"),
        with_rows('<row r="1"><c r="A1"><v>1</v>'),
        with_rows('<row r="one"><c r="A1"><v>1</v></c></row>'),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_xlsx(content)
    assert caught.value.code == "corrupt"
