"""Which passages belong to the page on which a question was asked."""

from __future__ import annotations

import pytest

from services.retrieval.page_hint import same_page
from tests.retrieval.example_passages import example


@pytest.mark.parametrize(
    ("page", "url", "uri"),
    [
        ("https://docs.acme.example/guide/setup", "https://docs.acme.example/guide/setup", ""),
        (
            "https://docs.acme.example/guide/setup/?tab=2#top",
            "https://docs.acme.example/guide/setup#install",
            "",
        ),
        ("https://preview.acme.example/guide/setup", "https://docs.acme.example/guide/setup/", ""),
        ("https://docs.acme.example/guide/", "https://docs.acme.example/guide/index.html", ""),
        ("https://docs.acme.example/", "https://docs.acme.example", ""),
        ("https://docs.acme.example/guide/setup.md", "", "guide/setup.md"),
        ("https://docs.acme.example/a%20b", "https://docs.acme.example/a b", ""),
        ("/guide/setup", "https://docs.acme.example/guide/setup", ""),
    ],
)
def test_a_page_is_recognised_by_its_path(page: str, url: str, uri: str) -> None:
    assert same_page(page, example("text", uri=uri, url=url))


@pytest.mark.parametrize(
    ("page", "url", "uri"),
    [
        ("https://docs.acme.example/guide", "https://docs.acme.example/guide/setup", "guide/setup.md"),
        ("https://docs.acme.example/guide/setup", "https://docs.acme.example/guide", ""),
        ("https://docs.acme.example/", "", ""),
        ("http://[broken", "https://docs.acme.example/", "broken"),
        ("https://docs.acme.example/myindex.html", "https://docs.acme.example/my", ""),
    ],
)
def test_other_pages_and_nonsense_are_not_recognised(page: str, url: str, uri: str) -> None:
    assert not same_page(page, example("text", uri=uri, url=url))
