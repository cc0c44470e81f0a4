"""Pages without words of their own."""

from __future__ import annotations

from services.retrieval.boilerplate import COMMON, boilerplate, lines_of

FOOTER = (
    "This page is maintained by the documentation team; write to them.\nAll rights are reserved by somebody."
)


def test_a_page_of_common_lines_only_is_boilerplate() -> None:
    pages = {
        f"d{n}": lines_of([f"Only page {n} says this about the {n}th hive of the garden.", FOOTER])
        for n in range(COMMON)
    }
    pages["stub"] = lines_of([FOOTER])
    assert boilerplate(pages) == {"stub": 1.0}


def test_lines_that_few_documents_share_are_their_own() -> None:
    pages = {f"d{n}": lines_of([FOOTER]) for n in range(COMMON - 1)}
    assert boilerplate(pages) == {}


def test_short_lines_and_repetitions_do_not_count() -> None:
    assert lines_of(["Yes\nNo\n", "A line that is long enough.", "a line  that is LONG enough."]) == lines_of(
        ["A line that is long enough."]
    )
    assert boilerplate({f"d{n}": lines_of(["Yes"]) for n in range(9)}) == {}
