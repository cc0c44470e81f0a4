"""Presentations."""

from __future__ import annotations

import pytest

from services.retrieval.parsed_document import Unreadable
from services.retrieval.parser_pptx import parse_pptx
from tests.retrieval.example_documents import assert_sound, texts
from tests.retrieval.example_files import presentation, with_part, word_document


def test_each_slide_is_a_section_with_its_number_as_its_page() -> None:
    parsed = parse_pptx(presentation())
    assert_sound(parsed)
    assert parsed.title == "Hives"
    assert [(block.kind, block.page) for block in parsed.blocks] == [
        ("heading", 1),
        ("list", 1),
        ("paragraph", 1),
        ("heading", 2),
        ("table", 2),
    ]
    assert texts(parsed) == [
        *("Feeding", "- Sugar\n- Water", "Say why."),
        *("Slide 2", "Month | Sugar\nMay | 2 kg"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        word_document(),
        presentation()[:5000],
        with_part(presentation(), "ppt/presentation.xml", b"<p:presentation"),
        with_part(presentation(), "ppt/slides/slide1.xml", b"no xml"),
    ],
)
def test_what_is_no_presentation_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        parse_pptx(content)
    assert caught.value.code == "corrupt"
