"""Cutting documents into passages."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.retrieval.chunking import Chunk, Chunker, ChunkSize
from services.retrieval.parsed_document import DocumentWriter, ParsedDocument
from services.retrieval.parser_markdown import parse_markdown
from services.retrieval.parsing import parse
from tests.retrieval.example_documents import count_words

DATA = Path(__file__).parents[2].parent / "shared/data"
SIZE = ChunkSize(most=40, least=10, window=60)


def words(count: int, word: str = "word") -> str:
    return " ".join([word] * count) + "."


def chunked(source: str, size: ChunkSize = SIZE) -> list[tuple[tuple[str, ...], str]]:
    parsed = parse_markdown(source)
    chunks = Chunker(count_words, size).chunks(parsed)
    assert_sound(parsed, chunks, size)
    return [(chunk.heading_path, parsed.text[chunk.start : chunk.end]) for chunk in chunks]


def assert_sound(parsed: ParsedDocument, chunks: list[Chunk], size: ChunkSize) -> None:
    """What holds for every document: exact offsets, no overlap, bounded size, never only headings."""
    headings = [(b.start, b.end) for b in parsed.blocks if b.kind == "heading"]
    bodies = [(b.start, b.end) for b in parsed.blocks if b.kind != "heading"]
    covered = [False] * len(parsed.text)
    end = 0
    for chunk in chunks:
        assert end <= chunk.start < chunk.end <= len(parsed.text)
        text = parsed.text[chunk.start : chunk.end]
        assert text == text.strip() or parsed.text[chunk.start] == " "
        assert any(character.isalnum() for character in text)
        assert any(s < chunk.end and e > chunk.start for s, e in bodies)
        assert count_words(text) - 2 <= size.most
        for s, e in headings:
            assert e <= chunk.start or s >= chunk.end or (chunk.start <= s and e <= chunk.end)
        covered[chunk.start : chunk.end] = [True] * (chunk.end - chunk.start)
        end = chunk.end
    for s, e in bodies:
        missing = "".join(c for c, seen in zip(parsed.text[s:e], covered[s:e], strict=True) if not seen)
        assert not any(character.isalnum() for character in missing)


def test_each_section_is_a_chunk_below_its_headings() -> None:
    source = f"# Guide\n\n{words(15)}\n\n## Feeding\n\n{words(20)}\n\n### In winter\n\n{words(30)}\n"
    assert chunked(source) == [
        ((), words(15)),
        (("Feeding",), words(20)),
        (("Feeding", "In winter"), words(30)),
    ]


def test_the_title_is_not_repeated_in_the_path_but_another_top_heading_is() -> None:
    assert chunked(f"# Guide\n\n{words(15)}")[0][0] == ()
    assert chunked(f"---\ntitle: Another\n---\n# Guide\n\n{words(15)}")[0][0] == ("Guide",)


def test_anchors_are_those_of_the_innermost_heading_that_has_one() -> None:
    parsed = parse_markdown(f"## Feeding {{#feed}}\n\n{words(20)}\n\n### Winter {{#cold}}\n\n{words(20)}")
    assert [chunk.anchor for chunk in Chunker(count_words, SIZE).chunks(parsed)] == ["feed", "cold"]


def test_small_sections_below_the_same_heading_are_joined_with_their_headings() -> None:
    source = f"## Tools\n\n{words(20)}\n\n### Smoker\n\n{words(6)}\n\n### Brush\n\n{words(7)}\n"
    assert chunked(source) == [
        (("Tools",), f"{words(20)}\n\nSmoker\n\n{words(6)}\n\nBrush\n\n{words(7)}"),
    ]


def test_a_join_never_loses_the_heading_of_what_comes_first() -> None:
    source = f"## Tools\n\n### Smoker\n\n{words(6)}\n\n### Brush\n\n{words(7)}\n"
    assert chunked(source) == [(("Tools",), f"Smoker\n\n{words(6)}\n\nBrush\n\n{words(7)}")]


def test_sections_of_level_two_are_joined_only_while_both_are_small() -> None:
    small = f"## One\n\n{words(5)}\n\n## Two\n\n{words(5)}\n"
    assert chunked(small) == [((), f"One\n\n{words(5)}\n\nTwo\n\n{words(5)}")]
    assert len(chunked(f"## One\n\n{words(12)}\n\n## Two\n\n{words(5)}\n")) == 2
    assert len(chunked(f"## One\n\n{words(5)}\n\n## Two\n\n{words(12)}\n")) == 2


def test_paragraphs_of_a_section_share_chunks_of_about_the_same_size() -> None:
    source = "\n\n".join(words(12) for _ in range(6))
    assert [len(text.split()) for _, text in chunked(source)] == [36, 36]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    source = " ".join(f"Sentence {words(9)}" for _ in range(10))
    parts = [text for _, text in chunked(source)]
    assert len(parts) == 3
    assert all(part.startswith("Sentence") and part.endswith(".") for part in parts)


@pytest.mark.parametrize(
    "block",
    [
        "\n".join(f"- item {n} of the list" for n in range(6)),
        "| a | b |\n|---|---|\n" + "\n".join("| one | two |" for _ in range(5)),
        "```\n" + "\n".join(f"line_{n} = {n}" for n in range(8)) + "\n```",
    ],
)
def test_lists_tables_and_code_stay_whole_where_they_fit(block: str) -> None:
    whole = parse_markdown(block).text
    parts = [text for _, text in chunked(f"{words(25)}\n\n{block}\n\n{words(25)}")]
    assert any(whole in part for part in parts)


def test_a_long_list_is_cut_between_its_lines() -> None:
    parts = [text for _, text in chunked("\n".join(f"- item {n} " + words(6) for n in range(12)))]
    assert len(parts) > 1
    assert all(part.startswith("- item") for part in parts)


def test_a_lead_in_goes_with_what_it_announces() -> None:
    items = "\n".join(f"- item {n} {words(4)}" for n in range(4))
    parts = [text for _, text in chunked(f"{words(20)}\n\nYou will need:\n\n{items}")]
    assert parts[1].startswith("You will need:\n\n- item 0")


def test_long_headings_leave_room_for_the_text_in_the_window() -> None:
    heading = " ".join(["heading"] * 35)
    parts = chunked(f"## {heading}\n\n" + " ".join(words(9) for _ in range(8)))
    assert all(len(text.split()) <= 25 for _, text in parts)


@pytest.mark.parametrize("source", ["# Only\n\n## Headings\n", "***\n\n- -\n\n## x", "# A\n\n| | |\n|-|-|\n"])
def test_headings_and_marks_alone_make_no_chunk(source: str) -> None:
    assert chunked(source) == []


def test_a_word_without_end_is_cut_by_characters() -> None:
    writer = DocumentWriter()
    writer.block("paragraph", "x" * 100_000)
    chunks = Chunker(count_words).chunks(writer.finish())
    assert max(chunk.end - chunk.start for chunk in chunks) <= 220 * 8
    assert chunks[-1].end == 100_000


def test_a_large_document_is_cut_in_time() -> None:
    writer = DocumentWriter()
    for number in range(2_000):
        writer.heading(f"Section {number}", 2 + number % 3)
        writer.block("paragraph", "\n".join(words(50) for _ in range(20)))
    began = time.process_time()
    assert len(Chunker(count_words).chunks(writer.finish())) > 2_000
    assert time.process_time() - began < 15


def test_documents_of_one_level_of_small_sections_are_cut_in_linear_time() -> None:
    writer = DocumentWriter()
    for number in range(20_000):
        writer.heading(f"Q{number}", 3)
        writer.block("paragraph", "Yes.")
    began = time.process_time()
    assert Chunker(count_words).chunks(writer.finish())
    assert time.process_time() - began < 15


BLOCKS = st.one_of(
    st.tuples(st.just("heading"), st.text(alphabet="abc \u00e9", max_size=30), st.integers(1, 6)),
    st.tuples(
        st.sampled_from(["paragraph", "list", "table", "code", "quote"]),
        st.text(alphabet="ab. :\n!-|\u3002\u00e9xyz", max_size=400),
        st.just(0),
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(BLOCKS, max_size=25), st.text(alphabet="ab ", max_size=60))
def test_offsets_hold_and_nothing_is_lost_whatever_the_document(
    blocks: list[tuple[str, str, int]], title: str
) -> None:
    writer = DocumentWriter()
    for kind, text, level in blocks:
        if kind == "heading":
            writer.heading(text, level)
        else:
            writer.block(kind, text)  # type: ignore[arg-type]
    parsed = writer.finish(title)
    assert_sound(parsed, Chunker(count_words, SIZE).chunks(parsed), SIZE)


@pytest.mark.skipif(not DATA.is_dir(), reason="the documents are not here")
@pytest.mark.parametrize("folder", ["docs-18f-handbook", "docs-fastapi/en", "docs-fastapi/ja"])
def test_real_documents_make_sound_passages(folder: str) -> None:
    chunker, size = Chunker(count_words), ChunkSize()
    made = 0
    for path in sorted((DATA / folder).rglob("*.md"))[::5]:
        content = path.read_bytes()
        if not content.strip() or "redirect_to:" in content.decode():
            continue
        parsed = parse(content, "text/markdown", path.name)
        chunks = chunker.chunks(parsed)
        assert_sound(parsed, chunks, size)
        made += len(chunks)
        for chunk in chunks:
            text = parsed.text[chunk.start : chunk.end]
            assert "{%" not in text or "`" in path.read_text()
            assert "\n///" not in text
            assert len(chunk.heading_path) <= 6
    assert made > 100


def table(rows: int, header: str = "Code | Place | Count") -> str:
    marks = " | ".join(["---"] * (header.count("|") + 1))
    return "\n".join([header, marks, *(f"SKU-{n} | shelf {n} | {n}" for n in range(rows))])


def test_a_table_that_fits_stays_whole() -> None:
    assert [path for path, _ in chunked(f"# Stock\n\n{table(5)}")] == [()]


def test_the_parts_of_a_long_table_carry_its_header_row() -> None:
    parts = chunked(f"# Guide\n\n## Stock\n\n{table(40)}")
    assert len(parts) > 3
    assert parts[0][0] == ("Stock",)
    assert parts[0][1].startswith("Code | Place | Count\nSKU-0 |")
    for path, text in parts[1:]:
        assert path == ("Stock", "Code | Place | Count")
        assert text.startswith("SKU-")
        assert count_words(" ".join([*path, text])) <= SIZE.window
    assert "\n".join(text for _, text in parts).count("SKU-") == 40


def test_what_follows_a_long_table_in_its_section_is_not_headed_by_it_alone() -> None:
    parts = chunked(f"## Stock\n\n{table(40)}\n\n## After\n\n{words(30)}")
    assert parts[-1] == (("After",), words(30))


def test_a_header_row_that_would_take_the_room_is_not_repeated() -> None:
    header = " | ".join(f"a long name of column {n}" for n in range(8))
    assert {path for path, _ in chunked(f"## Stock\n\n{table(20, header)}")} == {("Stock",)}
