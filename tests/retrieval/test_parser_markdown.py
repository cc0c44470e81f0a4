"""Markdown as sites write it."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.retrieval.parsed_document import Unreadable
from services.retrieval.parser_markdown import MAX_CHARACTERS, parse_markdown
from tests.retrieval.example_documents import GUIDE, assert_sound, joined, kinds, texts


def test_a_guide_becomes_headings_and_paragraphs() -> None:
    parsed = parse_markdown(GUIDE)
    assert parsed.title == "Bee guide"
    assert kinds(parsed) == ["paragraph", "heading", "paragraph", "heading", "paragraph"]
    assert [(b.level, b.anchor) for b in parsed.blocks if b.kind == "heading"] == [
        (2, "buying"),
        (2, "feeding"),
    ]
    assert texts(parsed)[1:3] == [
        "Buying a hive",
        "A new hive costs about two hundred euros. Buy it in winter, because sellers are busy in spring.",
    ]


def test_the_first_heading_is_the_title_where_no_front_matter_is() -> None:
    assert parse_markdown("Intro\n\n# All about *bees*\n").title == "All about bees"


def test_marks_of_emphasis_code_links_and_pictures_leave() -> None:
    source = (
        "**Bees** make [_honey_](https://x.example/a_b), `a_b` ~~no~~\n![a hive](x.png) <https://y.example>"
    )
    assert texts(parse_markdown(source)) == ["Bees make honey, a_b no a hive https://y.example"]


def test_hard_breaks_stay_and_soft_ones_become_spaces() -> None:
    assert texts(parse_markdown("one\ntwo  \nthree<br>four")) == ["one two\nthree\nfour"]


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("## Path Parameters { #path-parameters }", "path-parameters"),
        ("## Data {: #data .big }", "data"),
        ("## What's new in 2.0?", "whats-new-in-20"),
        ("## Über uns", "über-uns"),
        ("Setext {#under}\n---", "under"),
        ("## `code` and *more*", "code-and-more"),
    ],
)
def test_headings_lead_to_their_anchor(heading: str, anchor: str) -> None:
    (block,) = parse_markdown(heading + "\n").blocks
    assert block.anchor == anchor
    assert "{" not in parse_markdown(heading).text


def test_equal_headings_have_different_anchors() -> None:
    parsed = parse_markdown("## Usage\n\n## Usage\n\n## Usage\n")
    assert [block.anchor for block in parsed.blocks] == ["usage", "usage-1", "usage-2"]


def test_lists_are_one_block_with_their_marks_and_depth() -> None:
    source = joined(
        (
            *("3. First", "   - inner", "     goes on", "   - second inner", "", "     a paragraph of it"),
            *("4. Second", "", "   ```", "   code", "   ```"),
        )
    )
    parsed = parse_markdown(source)
    assert kinds(parsed) == ["list"]
    assert parsed.text.split("\n") == [
        *(
            "3. First",
            "  - inner goes on",
            "  - second inner",
            "    a paragraph of it",
            "4. Second",
            "  code",
        ),
    ]


def test_tables_are_rows_of_cells() -> None:
    parsed = parse_markdown("| Name | Age |\n|------|-----|\n| **Anna** | 7 |\n| | |\n")
    assert (kinds(parsed), parsed.text) == (["table"], "Name | Age\nAnna | 7")


def test_code_stays_as_it_is() -> None:
    parsed = parse_markdown("```py\ndef f():\n\n    return '{{ x }}'\n```\n\n    indented\n")
    assert kinds(parsed) == ["code", "code"]
    assert texts(parsed)[0] == "def f():\n\n    return '{{ x }}'"


def test_terminal_sessions_lose_their_colours() -> None:
    source = '```console\n$ <font color="#4E9A06">run</font> &lt;a&gt;\n```\n\n```html\n<b>kept</b>\n```\n'
    assert texts(parse_markdown(source)) == ["$ run &lt;a&gt;", "<b>kept</b>"]


def test_quotes_are_marked_and_what_they_hold_is_kept() -> None:
    parsed = parse_markdown("> Wise words.\n>\n> - one\n> - two\n")
    assert (kinds(parsed), texts(parsed)) == (["quote", "list"], ["Wise words.", "- one\n- two"])


def test_html_inside_is_reduced_to_its_text() -> None:
    source = joined(
        (
            '<div class="box"><p>Boxed <b>words</b></p></div>',
            "",
            "A <abbr title='x'>word</abbr> <!-- hidden --> here.",
            "",
            "<table><tr><th>A</th><td>1</td></tr></table>",
            "",
            "<script>alert(1)</script>",
            "",
            "<details>\n<summary>More</summary>\n\nInner *text*.\n\n</details>",
        )
    )
    assert texts(parse_markdown(source)) == ["Boxed words", "A word here.", "A | 1", "More", "Inner text."]


def test_attribute_lists_leave() -> None:
    source = "Press [here](x){ .button target=_blank }.\n{: .lead }\n\nA set {a, b}."
    assert texts(parse_markdown(source)) == ["Press here.", "A set {a, b}."]


def test_a_document_of_marks_only_holds_nothing() -> None:
    assert parse_markdown("---\ntitle: x\n---\n\n***\n\n![](a.png)\n\n<br>\n").blocks == ()


def test_a_huge_source_is_read_as_plain_text() -> None:
    source = "# Title\n\n" + "word " * (MAX_CHARACTERS // 5)
    assert kinds(parse_markdown(source)) == ["paragraph", "paragraph"]


@pytest.mark.parametrize(
    "source",
    [
        "[" * 10_000,
        "![" * 5_000,
        "[a](" * 3_000,
        "*a_ " * 3_000,
        ">" * 10_000,
        "- " * 5_000,
        "> - " * 3_000,
        "|a" * 3_000 + "\n" + "|-" * 3_000,
        "<" * 20_000,
        "<!--" * 5_000,
        "`" * 20_000,
        "# " + "{#a" * 10_000,
        "# " + "#" * 20_000,
        "a" + " " * 100_000 + "{b",
        "x" * 1_000_000,
        "<div>" * 20_000,
        "{%" * 50_000,
        "{% comment %}" * 5_000,
        "!!! note" + " " * 100_000 + "x",
        "/// " + " " * 100_000 + "x",
        "\0" * 1_000,
        "***" * 10_000,
    ],
    ids=lambda source: repr(source[:8]),
)
def test_hostile_sources_end_soon_and_sound(source: str) -> None:
    began = time.process_time()
    with suppress(Unreadable):
        assert_sound(parse_markdown(source))
    assert time.process_time() - began < 20


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="#*_`~[]()<>!|-+>&;:{}%/=\"' \n\t1ab\u00e9\u3002", max_size=200))
def test_any_source_is_sound(source: str) -> None:
    assert_sound(parse_markdown(source))
