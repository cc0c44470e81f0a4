"""What is read of the pages of a PDF."""

from __future__ import annotations

import pytest

from services.retrieval import pdf_pages
from services.retrieval.parsed_document import Unreadable
from services.retrieval.pdf_pages import read_pdf
from tests.retrieval.example_files import Put, lines, pdf


def test_words_come_with_their_places_and_fonts() -> None:
    (page,) = read_pdf(pdf([Put(50, 700, "Bees make", 16, bold=True), Put(50, 650, "honey.")])).pages
    first, second = page.rows
    assert [word.text for word in first.words] == ["Bees", "make"]
    assert first.x0 == pytest.approx(51, abs=2)
    assert (first.y, first.size, first.bold) == (700, 16, True)
    assert (second.text, second.y, second.size, second.bold) == ("honey.", 650, 10, False)


def test_a_text_of_another_size_away_from_the_first_is_a_row_of_its_own() -> None:
    (page,) = read_pdf(pdf([Put(50, 700, "ORDER", 20), Put(450, 700, "printed today", 8)])).pages
    assert [row.text for row in page.rows] == ["ORDER", "printed today"]


def test_the_document_information_is_returned_as_it_stands() -> None:
    assert read_pdf(pdf(lines("Bees."), info={"Title": "Hives", "Keywords": "a, b"})).info["Title"] == "Hives"


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_pages, "MAX_PAGES", 2)
    with pytest.raises(Unreadable, match="more than 2 pages") as caught:
        read_pdf(pdf(*[lines("Bees.")] * 3))
    assert caught.value.code == "too_large"


def test_too_many_characters_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_pages, "MAX_CHARACTERS", 10)
    with pytest.raises(Unreadable, match="more than 10 characters") as caught:
        read_pdf(pdf(lines("Bees make honey.")))
    assert caught.value.code == "too_large"
