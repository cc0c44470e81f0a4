"""Putting a parsed document together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.parsed_document import MAX_TITLE_CHARACTERS, Block, DocumentWriter, clean, single_line
from tests.retrieval.example_documents import assert_sound

KINDS = st.sampled_from(["paragraph", "list", "table", "code", "quote"])


def test_blocks_stand_apart_by_blank_lines_and_know_their_place() -> None:
    writer = DocumentWriter()
    writer.heading(" Bees\n&  wasps ", 2, "bees")
    writer.block("paragraph", "They fly.  ")
    parsed = writer.finish()
    assert parsed.text == "Bees & wasps\n\nThey fly."
    assert parsed.blocks == (Block("heading", 0, 12, 2, "bees"), Block("paragraph", 14, 23))


def test_empty_blocks_are_left_out() -> None:
    writer = DocumentWriter()
    writer.heading("", 1)
    writer.block("paragraph", " \n\u200b\x00 ")
    assert writer.finish().blocks == ()


def test_blank_lines_stay_in_code_and_nowhere_else() -> None:
    writer = DocumentWriter()
    writer.block("code", "\n\n  a = 1   \n\n\n  b = 2\n\n")
    writer.block("paragraph", "one\n\n\ntwo")
    assert writer.finish().text == "  a = 1\n\n\n  b = 2\n\none\ntwo"


def test_the_first_top_heading_gives_the_title_unless_there_is_one() -> None:
    writer = DocumentWriter()
    writer.heading("Below", 2)
    writer.heading("Top", 1)
    writer.heading("Another", 1)
    assert writer.finish().title == "Top"
    assert writer.finish(" Given\n title ").title == "Given title"
    assert len(writer.finish("x" * 1000).title) == MAX_TITLE_CHARACTERS


def test_text_is_cleaned_of_what_nobody_sees() -> None:
    assert clean("a\x00b\u00adc\ufeff\r\nd\re\u0301\x85") == "abc\nd\né"
    assert clean("a\ud800b") == "a?b"
    assert single_line(" a \n\t b\u00a0c ") == "a b c"


@given(st.lists(st.one_of(st.tuples(KINDS, st.text()), st.tuples(st.just("heading"), st.text()))))
def test_whatever_is_written_is_sound(items: list[tuple[str, str]]) -> None:
    writer = DocumentWriter()
    for kind, text in items:
        if kind == "heading":
            writer.heading(text, 3)
        else:
            writer.block(kind, text)  # type: ignore[arg-type]
    assert_sound(writer.finish())
