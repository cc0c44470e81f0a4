"""Links out of documents and anchors into them."""

from __future__ import annotations

from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from services.retrieval.links import (
    LONGEST,
    MOST,
    html_anchors,
    html_links,
    kept,
    markdown_anchors,
    markdown_links,
)

MARKDOWN = """# Bees {#hive}

See [honey](../honey.md#wax "Wax"), [the queen][q] and <https://example.org/>.

<a id="old-name"></a> Also <a class="x" href="wasps.md?a=1&amp;b=2">wasps</a>.

A paragraph with an anchor. {: #para .note }

```
[not a link](nowhere.md)
```

[q]: queen.md
"""


def test_the_links_of_a_markdown_source_are_found_wherever_they_stand() -> None:
    tokens = MarkdownIt("commonmark").parse(MARKDOWN)
    assert list(markdown_links(tokens)) == [
        *("../honey.md#wax", "queen.md", "https://example.org/", "wasps.md?a=1&b=2"),
    ]


def test_a_markdown_source_may_name_anchors_itself() -> None:
    tokens = MarkdownIt("commonmark").parse(MARKDOWN)
    assert list(markdown_anchors(tokens)) == ["hive", "old-name", "para"]


def test_a_page_has_links_and_anchors() -> None:
    body = LexborHTMLParser(
        '<nav><a href="menu.html">m</a></nav><main id="top"><h2 id="a b">x</h2><a name="n"></a>'
        '<a href="../x.html?q=1#y">x</a><a>none</a></main>'
    ).body
    assert body is not None
    (main,) = body.css("main")
    assert list(html_links(main)) == ["../x.html?q=1#y"]
    assert set(html_anchors(main)) == {"top", "a b", "n"}


def test_each_is_kept_once_and_not_without_end() -> None:
    assert kept(["a", " a ", "", "b", "x" * (LONGEST + 1), "c\nd"]) == ("a", "b")
    assert len(kept(str(number) for number in range(MOST + 5))) == MOST
