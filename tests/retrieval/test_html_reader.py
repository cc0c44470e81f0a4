"""Reading trees of elements."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from services.retrieval.html_reader import HtmlReader
from services.retrieval.parsed_document import DocumentWriter, ParsedDocument
from tests.retrieval.example_documents import assert_sound, kinds, texts


def read(html: str, *, furniture: bool = False) -> ParsedDocument:
    writer = DocumentWriter()
    body = LexborHTMLParser(html).body
    assert body is not None
    HtmlReader(writer, furniture=furniture).read(body)
    parsed = writer.finish()
    assert_sound(parsed)
    return parsed


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One\n  <b>bold</b>  word</p><p>Two</p>", ["One bold word", "Two"]),
        ("loose <i>words</i><div>in a div</div>after", ["loose words", "in a div", "after"]),
        ("<p>one<br>two<br/>three</p>", ["one\ntwo\nthree"]),
        ("<p>a &amp; b &lt;c&gt; &nbsp;d</p>", ["a & b <c> \u00a0d"]),
        ("<p>see <img src=x alt='the hive'> there<img src=y></p>", ["see the hive there"]),
        (
            "<dl><dt>Queen</dt><dd>Lays eggs.</dd><dt>Drone</dt><dd>Mates.</dd></dl>",
            ["- Queen\n  Lays eggs.\n- Drone\n  Mates."],
        ),
        (
            "<ol><li>One<ul><li>inner</li></ul></li><li><p>Two</p><p>more</p></li></ol>",
            ["1. One\n  - inner\n2. Two\n  more"],
        ),
        ("<blockquote><p>Wise.</p></blockquote><p>Plain.</p>", ["Wise.", "Plain."]),
        ("<pre>a\n\n  b</pre>", ["a\n\n  b"]),
        ("<pre><code>x <span>= 1</span></code></pre>", ["x = 1"]),
    ],
)
def test_text_is_what_a_visitor_reads(html: str, expected: list[str]) -> None:
    assert texts(read(html)) == expected


def test_kinds_follow_the_elements() -> None:
    html = "<h2>H</h2><p>p</p><ul><li>l</li></ul><table><tr><td>t</td></tr></table><pre>c</pre><blockquote>q</blockquote>"
    assert kinds(read(html)) == ["heading", "paragraph", "list", "table", "code", "quote"]


def test_data_tables_are_rows_of_cells_whatever_the_cells_hold() -> None:
    html = """<table><caption>Hives</caption><thead><tr><th>Name</th><th>Note</th></tr></thead>
    <tbody><tr><td><p>Old</p></td><td><ul><li>one</li><li>two</li></ul></td></tr>
    <tr><td></td><td><pre>a\n b</pre></td></tr></tbody></table>"""
    assert texts(read(html)) == ["Hives\nName | Note\nOld | one two\n | a b"]


def test_tables_that_arrange_a_page_are_seen_through() -> None:
    html = "<table><tr><td><h2>Menu</h2><p>Text</p></td><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>"
    assert list(zip(kinds(read(html)), texts(read(html)), strict=True)) == [
        ("heading", "Menu"),
        ("paragraph", "Text"),
        ("table", "a | b"),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<nav>x</nav>",
        "<aside>x</aside>",
        "<noscript>x</noscript>",
        "<template>x</template>",
        "<button>x</button>",
        "<svg><text>x</text></svg>",
        "<div hidden>x</div>",
        "<div aria-hidden='true'>x</div>",
        "<div style='color: red; display : none'>x</div>",
        "<div role=navigation>x</div>",
        "<!-- x -->",
        "<footer>x</footer>",
        "<header><ul><li>x</li></ul></header>",
    ],
)
def test_what_is_no_content_is_left_out(html: str) -> None:
    assert texts(read(f"<p>this is</p>{html}<p>kept</p>")) == ["this is", "kept"]


def test_a_header_is_kept_in_an_article_and_left_out_of_a_page() -> None:
    html = "<header><h1>Title</h1></header><p>kept</p>"
    assert texts(read(html)) == ["Title", "kept"]
    assert texts(read(html, furniture=True)) == ["kept"]


@pytest.mark.parametrize(
    "html",
    [
        "<h2 id=here>Bees</h2>",
        "<h2><a id=here></a>Bees</h2>",
        "<h2><a name=here>Bees</a></h2>",
        "<section id=here><h2>Bees</h2></section>",
        "<h2 id=here>Bees<a class=headerlink href='#here'>¶</a></h2>",
        "<h2 id=here>Bees <a href='#here'>¶</a></h2>",
    ],
)
def test_headings_lead_to_their_anchor(html: str) -> None:
    parsed = read(html)
    assert [(b.kind, b.level, b.anchor) for b in parsed.blocks] == [("heading", 2, "here")]
    assert parsed.text == "Bees"


def test_the_anchor_of_a_section_belongs_to_its_heading_only() -> None:
    parsed = read("<section id=a><p>x</p><h2>One</h2></section>")
    assert [block.anchor for block in parsed.blocks] == ["", ""]


def test_deep_trees_need_no_recursion() -> None:
    depth = 3000
    assert texts(read("<div>" * depth + "deep" + "</div>" * depth)) == ["deep"]
    assert texts(read("<ul><li>" * depth + "deep"))[0].strip() == "- deep"
    assert texts(read("<blockquote>" * depth + "deep")) == ["deep"]
