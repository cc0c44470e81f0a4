"""Refusals are polite, in the reader's language, and point to the nearest sources."""

from __future__ import annotations

from libs.common.manifest import Link
from services.generation.refusals import refusal
from tests.generation.examples import COFFEE, source


def test_the_nearest_sources_are_named_once() -> None:
    sources = (source(), source(2, COFFEE), source(3, title="Kitchen"))
    text = refusal("off_topic", sources, "en")
    assert text.endswith("The nearest passages are shown as sources: “House rules”, “Kitchen”.")


def test_only_the_first_few_are_named() -> None:
    text = refusal("unsupported", tuple(source(n, title=f"T{n}") for n in range(1, 7)), "en")
    assert "“T3”" in text
    assert "“T4”" not in text


def test_without_sources_none_are_mentioned() -> None:
    assert refusal("unsupported", (), "en") == "I could not find an answer to this in the documents."


def test_the_readers_language_is_spoken() -> None:
    assert refusal("off_topic", (source(),), "de").startswith("Ich kann nur aus diesen Dokumenten")
    assert "« House rules »" in refusal("off_topic", (source(),), "fr")
    assert refusal("off_topic", (), "xx").startswith("I can only answer")


def test_the_reader_is_told_who_can_help() -> None:
    handoff = Link(label="Service [desk]", url="https://help.example/(new)")
    text = refusal("unsupported", (source(),), "en", handoff)
    assert text.endswith("You can get further help here: [Service (desk)](https://help.example/(new%29).")
