"""A card shows where a source comes from and how it begins."""

from __future__ import annotations

from services.generation.source_cards import source_card
from tests.generation.examples import TEA, source


def test_a_card_names_the_passage() -> None:
    card = source_card(source(3, score=0.123456, heading_path=("Meals", "Tea")))
    assert (card.n, card.title, card.heading, card.score) == (3, "House rules", "Meals › Tea", 0.1235)
    assert card.url == "https://example.org/house#meals"
    assert card.snippet == TEA


def test_a_long_text_is_cut_between_words() -> None:
    snippet = source_card(source(text="Some words, " * 60)).snippet
    assert len(snippet) <= 201
    assert snippet.endswith(("words…", "Some…"))


def test_a_page_of_a_pdf_is_shown_and_leads_there() -> None:
    card = source_card(source(url="https://a.example/rules.PDF?v=2", page=7))
    assert (card.page, card.url) == (7, "https://a.example/rules.PDF?v=2#page=7")


def test_an_anchor_is_kept_and_only_pdfs_open_at_a_page() -> None:
    assert source_card(source(url="https://a.example/rules.pdf#fees", page=7)).url.endswith("#fees")
    assert source_card(source(url="https://a.example/talk.pptx", page=7)).url.endswith("talk.pptx")
    assert source_card(source(url="", page=7)).url == ""


def test_markup_does_not_show() -> None:
    assert source_card(source(text="**Tea** at [four](https://a.example).")).snippet == "Tea at four."
