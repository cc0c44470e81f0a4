import pytest

from libs.common.pii.digit_runs import digit_runs
from libs.common.pii.telephones import find_telephones


def _found(text: str) -> list[tuple[str, str]]:
    return [(text[s.start : s.end], s.kind) for s in find_telephones(text, digit_runs(text))]


@pytest.mark.parametrize(
    "written", ["+44 20 7946 0958", "+4915112345678", "(08) 8747 6301", "202-555-0143", "01.84.17.61.18"]
)
def test_a_number_is_known_by_how_it_is_written(written: str) -> None:
    assert _found(f"Is {written} right?") == [(written, "telephone")]


@pytest.mark.parametrize("before", ["Call me at ", "My phone: ", "Meine Telefonnummer ist ", "电话 "])
def test_a_plain_number_is_known_by_the_words_before_it(before: str) -> None:
    assert _found(f"{before}5550199") == [("5550199", "telephone")]


@pytest.mark.parametrize(
    "text",
    [
        "on 2026-11-20 at 10",
        "on 20.11.2026",
        "from 1914-1918",
        "1 000 000 rows",
        "10000000 rows",
        "ISBN 978-3-16-148410-0",
        "pi is 3.14159265",
        "error 50051",
        "the font 2306215 is blue",
    ],
)
def test_dates_amounts_and_books_are_no_numbers(text: str) -> None:
    assert _found(text) == []


def test_a_social_security_number_is_a_kind_of_its_own() -> None:
    assert _found("my SSN is 460-89-9847") == [("460-89-9847", "national_id")]
