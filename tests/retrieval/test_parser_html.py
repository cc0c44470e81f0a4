"""HTML pages."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.retrieval.parsed_document import DocumentWriter, Unreadable
from services.retrieval.parser_html import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    declared_charset,
    parse_html,
    write_fragment,
)
from tests.retrieval.example_documents import assert_sound, kinds, texts

MESSY = Path(__file__).parents[2].parent / "shared/data/ingest-messy"

PAGE = """<!doctype html><html><head><title>Bees – Example site</title></head><body>
<header><a href=/>Example site</a></header><nav><ul><li>Home</li></ul></nav>
<form><input name=q><button>Search</button> Search here</form>
<main><header><h1>Bees</h1></header><p>They make honey.</p><footer>Share this</footer></main>
<footer>© Example</footer></body></html>"""


def test_the_main_part_of_a_page_is_read_without_its_furniture() -> None:
    parsed = parse_html(PAGE)
    assert texts(parsed) == ["Bees", "They make honey."]
    assert parsed.title == "Bees"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("<title>Only\n the title</title><p>x", "Only the title"),
        ("<h1>Only a heading ¶</h1><p>x", "Only a heading"),
        ("<title>Site</title><h1>Another heading</h1>", "Site"),
        ("<title>Bees | Docs</title><h1>Bees</h1>", "Bees"),
        ("<p>x<svg><title>Icon</title></svg>", ""),
    ],
)
def test_the_title_is_the_pages_own(page: str, title: str) -> None:
    assert parse_html(page).title == title


def test_one_article_is_the_main_part_and_several_are_not() -> None:
    assert texts(parse_html("<p>menu</p><article><p>a</p></article>")) == ["a"]
    assert texts(parse_html("<p>menu</p><article>a</article><article>b</article>")) == ["menu", "a", "b"]
    assert texts(parse_html("<main> </main><p>text</p>")) == ["text"]
    assert texts(parse_html("<p>menu</p><div role=main><p>a</p></div>")) == ["a"]


def test_a_form_around_the_whole_page_is_kept() -> None:
    assert texts(parse_html("<form id=aspnet><h1>Bees</h1><p>Honey</p></form>")) == ["Bees", "Honey"]


@pytest.mark.parametrize("page", ["", "<frameset>", "<html></html>", "<script>only</script>"])
def test_a_page_without_text_holds_nothing(page: str) -> None:
    assert parse_html(page).blocks == ()


def test_a_fragment_is_written_where_it_stands() -> None:
    writer = DocumentWriter()
    writer.block("paragraph", "before")
    write_fragment("<td>cell</td><p>text", writer)
    assert texts(writer.finish()) == ["before", "cell", "text"]


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        (b'<meta charset="shift_jis">', "shift_jis"),
        (b"<META http-equiv=x content='text/html; charset=Latin1'>", "Latin1"),
        (b"<p>charset=x", ""),
        (b" " * 3000 + b"<meta charset=late>", ""),
    ],
)
def test_the_charset_that_a_page_names_is_found(head: bytes, charset: str) -> None:
    assert declared_charset(head) == charset


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * (MAX_DEPTH + 1),
        "<ul><li>" * (MAX_DEPTH + 1),
        "<p " + " ".join(f"a{n}=1" for n in range(MAX_ATTRIBUTES + 1)) + ">",
    ],
)
def test_shapes_that_would_take_for_ever_are_refused(page: str) -> None:
    with pytest.raises(Unreadable, match="repair the page"):
        parse_html(page)


def test_long_attributes_are_no_reason() -> None:
    picture = "data:image/png;base64," + "a/b+" * 50_000
    assert texts(parse_html(f'<p>x<img alt="y" src="{picture}">')) == ["x y"]


@pytest.mark.parametrize(
    "page",
    [
        "<p>" * 50_000,
        "<li>" * 50_000,
        "<b>" * (MAX_DEPTH - 1) + "x",
        "<b><p>" * 1_000,
        "<table><tr><td>" * 600,
        "<" * 200_000,
        "<!--" * 50_000,
        "x" * 2_000_000,
        "a\0b<p>\0",
        "&#xD800;&#0;&#x10FFFF;" * 100,
        "<pre>" + "\n" * 100_000,
        "<td>" * 20_000 + "x",
        "\ud800<p>\udfff",
    ],
    ids=lambda page: repr(page[:10]),
)
def test_hostile_pages_end_soon_and_sound(page: str) -> None:
    began = time.process_time()
    assert_sound(parse_html(page))
    assert time.process_time() - began < 15


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<div>",
                "</div>",
                "<ul>",
                "<ol>",
                "<li>",
                "</ul>",
                "<table>",
                "<tr>",
                "<td>",
                "</table>",
                "<pre>",
                "</pre>",
                "<h1>",
                "</h1>",
                "<h3",
                "id=a>",
                "<br>",
                "<blockquote>",
                "<dl>",
                "<dt>",
                "<dd>",
                "<main>",
                "<a>",
                "text",
                "more",
                "&amp;",
                "<img",
                "alt=x>",
                "<script>",
                "\n",
            ]
        ),
        max_size=60,
    )
)
def test_any_page_is_sound(tags: list[str]) -> None:
    assert_sound(parse_html("".join(tags)))


@pytest.mark.skipif(not MESSY.is_dir(), reason="the awkward files are not here")
@pytest.mark.parametrize(
    ("name", "title", "least"),
    [
        ("html/example.html", "", 500),
        ("markitdown/test_wikipedia.html", "Microsoft", 100),
        ("markitdown/test_blog.html", "Does Model and Inference Parameter Matter", 20),
        ("markitdown/test_serp.html", "Microsoft wikipedia - Search", 3),
    ],
)
def test_real_pages_are_read(name: str, title: str, least: int) -> None:
    parsed = parse_html((MESSY / name).read_text("utf-8"))
    assert_sound(parsed)
    assert parsed.title.startswith(title)
    assert len(parsed.blocks) >= least
    assert "function(" not in parsed.text
    assert kinds(parsed).count("paragraph") >= 2
