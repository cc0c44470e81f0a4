"""PDF documents."""

from __future__ import annotations

import pytest

from services.retrieval.parsed_document import ParsedDocument, Unreadable
from services.retrieval.parser_pdf import parse_pdf
from tests.retrieval.example_documents import assert_sound, kinds, texts
from tests.retrieval.example_files import Put, lines, pdf, pdf_of, table

LONG = "Bees make honey from nectar that they gather within three kilometres of their hive, and"


def parsed(*pages: list[Put], **more: object) -> ParsedDocument:
    found = parse_pdf(pdf(*pages, **more))  # type: ignore[arg-type]
    assert_sound(found)
    return found


def test_headings_are_told_by_their_size() -> None:
    page = [
        Put(50, 750, "Bee guide", 24),
        *lines(LONG, "store it for the winter.", y=700),
        Put(50, 650, "Feeding", 16),
        *lines("Feed sugar water in autumn, two parts of sugar to one", "part of water.", y=620),
        Put(50, 580, "Buying", 16.2),
        *lines("Buy in winter.", y=560),
    ]
    found = parsed(page)
    assert found.title == "Bee guide"
    assert [(b.level, found.text[b.start : b.end]) for b in found.blocks if b.kind == "heading"] == [
        (1, "Bee guide"),
        (2, "Feeding"),
        (2, "Buying"),
    ]
    assert texts(found)[1] == f"{LONG} store it for the winter."


def test_a_bold_line_above_a_paragraph_is_a_heading_below_the_larger_ones() -> None:
    page = [
        Put(50, 750, "Guide", 24),
        Put(50, 700, "In winter", bold=True),
        *lines(LONG, "store it for the winter.", LONG, "rest.", y=680),
        Put(50, 600, "Note.", bold=True),
    ]
    assert [(b.kind, b.level) for b in parsed(page).blocks] == [
        ("heading", 1),
        ("heading", 2),
        ("paragraph", 0),
        ("paragraph", 0),
    ]


def test_a_heading_over_two_lines_is_one() -> None:
    page = [
        Put(50, 760, "All that one has to know", 20),
        Put(50, 738, "about bees", 20),
        *lines(LONG, "rest."),
    ]
    assert texts(parsed(page))[0] == "All that one has to know about bees"


def test_columns_are_read_one_after_the_other() -> None:
    left = [f"Left column line number {n} goes on and" for n in range(9)]
    right = [f"right column line number {n} goes on and" for n in range(9)]
    page = [Put(50, 750, "Two columns", 20), *lines(*left), *lines(*right, x=320)]
    text = parsed(page).text
    assert text.index("Left column line number 8") < text.index("right column line number 0")


def test_rows_of_one_column_are_read_from_top_to_bottom_whatever_the_file_says() -> None:
    page = [*lines("Third.", y=600), *lines("First.", y=700), *lines("Second.", y=650)]
    assert texts(parsed(page)) == ["First.", "Second.", "Third."]


def test_cells_that_stand_below_each_other_make_a_table() -> None:
    rows = [("Code", "Place", "Count"), ("SKU-1", "", "450"), ("", "B-07", "289"), ("SKU-9", "C-1", "7")]
    found = parsed([*lines("Stock:", y=650), *table(rows, (50, 200, 350))])
    assert kinds(found) == ["paragraph", "table"]
    assert texts(found)[1] == "Code | Place | Count\nSKU-1 | | 450\n| B-07 | 289\nSKU-9 | C-1 | 7"


def test_items_make_a_list() -> None:
    page = lines(
        "You need:",
        "• sugar,",
        "• water from the tap, which may be as hard as",
        "it likes,",
        "1. one pan.",
    )
    found = parsed(page)
    assert kinds(found) == ["paragraph", "list"]
    assert texts(found)[1] == "- sugar,\n- water from the tap, which may be as hard as it likes,\n1. one pan."


def test_words_that_were_cut_at_the_end_of_a_line_are_mended() -> None:
    page = lines("The honey is thick in autumn and cry-", "stallised in winter.")
    assert texts(parsed(page)) == ["The honey is thick in autumn and crystallised in winter."]


def test_what_each_page_repeats_is_read_once_at_most() -> None:
    def page(number: int) -> list[Put]:
        return [
            Put(50, 780, "Bee guide 2026"),
            *lines(f"This is what stands on page {number} and nowhere else.", y=500),
            Put(300, 20, f"Page {number} of 4"),
        ]

    found = parsed(*[page(number) for number in range(1, 5)])
    own = [f"This is what stands on page {n} and nowhere else." for n in range(1, 5)]
    assert texts(found) == ["Bee guide 2026", *own]
    assert [block.page for block in found.blocks] == [1, 1, 2, 3, 4]


def test_a_paragraph_goes_on_over_the_page_and_knows_where() -> None:
    found = parsed(lines(LONG, y=100), lines("store it for the winter. They sleep.", y=700))
    (block,) = found.blocks
    assert found.text == f"{LONG} store it for the winter. They sleep."
    assert (block.page, block.page_at(len(LONG)), block.page_at(len(LONG) + 1)) == (1, 1, 2)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_text_is_read_whichever_way_it_is_turned(rotate: int, turn: int) -> None:
    rows = lines("Bees make honey from", "nectar.", y=450, x=300)
    assert parsed(rows, rotate=rotate, turn=turn).text == "Bees make honey from nectar."


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Hives", "Hives"),
        ("Microsoft Word - a.doc", "Top"),
        ("untitled", "Top"),
        ("C:/x/y", "Top"),
        ("", "Top"),
    ],
)
def test_the_title_is_the_documents_own_if_it_makes_sense(title: str, expected: str) -> None:
    page = [Put(50, 750, "Top", 20), *lines(LONG)]
    assert parsed(page, info={"Title": title}).title == expected


def test_the_document_information_is_read() -> None:
    info = {"Keywords": "bees, honey", "ModDate": "D:20260131120000+02'00'"}
    metadata = parsed(lines(LONG), info=info).metadata
    assert (metadata.tags, metadata.updated_at) == (("bees", "honey"), "2026-01-31T10:00:00Z")


def test_pictures_without_text_are_a_scan() -> None:
    drawn = b"<< /Length 17 >>\nstream\n0 0 100 100 re f\nendstream"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>"
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    with pytest.raises(Unreadable, match="run OCR") as caught:
        parse_pdf(pdf_of([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page, drawn]))
    assert (caught.value.state, caught.value.code) == ("skipped", "scan")


def test_blank_pages_hold_no_text() -> None:
    assert parse_pdf(pdf([])).blocks == ()


def test_what_is_cut_short_is_read_as_far_as_it_goes_or_refused() -> None:
    whole = pdf(lines(LONG), lines("More."))
    codes = set()
    for length in range(0, len(whole), 37):
        try:
            assert_sound(parse_pdf(whole[:length]))
        except Unreadable as refusal:
            codes.add(refusal.code)
    assert codes == {"corrupt"}


def test_objects_that_refer_to_each_other_come_to_an_end() -> None:
    catalogue = b"<< /Type /Catalog /Pages 2 0 R >>"
    pages = b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 1000 /Parent 2 0 R >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R /Resources 5 0 R >>"
    form = b"<< /Type /XObject /Subtype /Form /Resources 5 0 R /Length 6 >>\nstream\n/A Do \nendstream"
    resources = b"<< /XObject << /A 4 0 R >> >>"
    whole = pdf_of([catalogue, pages, page, form, resources])
    try:
        assert parse_pdf(whole).text == ""
    except Unreadable as refusal:
        codes = {refusal.code}
        assert codes <= {"corrupt", "scan"}
