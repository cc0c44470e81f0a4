"""Links that lead nowhere, and those that only look so."""

from __future__ import annotations

import pytest

from services.retrieval.content_report import Page
from services.retrieval.link_check import LinkCheck

PAGES = [
    Page("d1", "docs", "index.md", words=9, anchors=("welcome",)),
    Page("d2", "docs", "guide/bees.md", words=9, anchors=("buying-a-hive", "feeding")),
    Page("d3", "docs", "guide/honey/README.md", words=9),
    Page("d4", "docs", "form.pdf", content_type="application/pdf", words=9),
    Page("d5", "wiki", "only-in-wiki.md", words=9),
    Page("d6", "web", "https://example.org/help/", content_type="text/html", words=9, anchors=("top", "faq")),
    Page("d7", "docs", "broken.md"),  # could not be read
]


def faults(uri: str, *links: str, source: str = "docs", **more: object) -> list[tuple[str, str]]:
    page = Page("x", source, uri, words=9, links=links, **more)  # type: ignore[arg-type]
    return [(kind, link) for kind, link, _ in LinkCheck([*PAGES, page]).faults(page)]


@pytest.mark.parametrize(
    "link",
    [
        *("bees.md", "./bees.md#feeding", "bees.md#Buying_A_Hive", "../index.md", "/index.md", "../"),
        *(
            "bees",
            "bees/",
            "bees.html",
            "../bees/#feeding",
            "honey/",
            "honey/index.html",
            "../form.pdf#page=3",
        ),
        *(
            "https://example.org/help#faq",
            "https://elsewhere.example/x#y",
            "HTTPS://example.org/help/index.html",
        ),
        *(
            "mailto:a@example.org",
            "javascript:void(0)",
            "tel:1",
            "{{ site.url }}/x",
            "picture.png",
            "data.zip",
        ),
        *(
            "#own",
            "#",
            "#top",
            "#fn:1",
            "bees.md#fnref:2",
            "../broken.md#anything",
            "../../outside.md",
            "//x.y/z",
        ),
        *("/not/below/the/root", "a%20b.png", "http://[bad"),
    ],
)
def test_a_link_that_may_be_meant_well_is_no_fault(link: str) -> None:
    assert faults("guide/start.md", link, anchors=("own",)) == []


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("wasps.md", "broken_link"),
        ("../guide/wasps.html#x", "broken_link"),
        ("wasps/", "broken_link"),
        ("only-in-wiki.md", "broken_link"),
        ("bees.md#selling", "broken_anchor"),
        ("#nowhere", "broken_anchor"),
        ("https://example.org/help/#gone", "broken_anchor"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(link: str, kind: str) -> None:
    assert faults("guide/start.md", link, anchors=("own",)) == [(kind, link)]


def test_a_crawled_page_may_link_to_pages_that_were_not_crawled() -> None:
    links = ("faq.html", "/help/#faq", "/help/#gone", "../help")
    found = faults("https://example.org/help/start", *links, source="web", content_type="text/html")
    assert found == [("broken_anchor", "/help/#gone")]


def test_the_document_that_a_broken_anchor_means_is_named_and_a_link_counts_once() -> None:
    page = Page("x", "docs", "guide/start.md", words=9, links=("bees.md#no", "bees.md#no"))
    ((_, _, target),) = LinkCheck([*PAGES, page]).faults(page)
    assert target is not None
    assert target.document_id == "d2"
