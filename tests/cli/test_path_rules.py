"""What a source's declaration says of its documents."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from cli.document import SourceDocument
from cli.path_rules import described, filled
from libs.common.source import Source

SOURCE: TypeAdapter[Source] = TypeAdapter(Source)


def declared(**fields: Any) -> Source:
    return SOURCE.validate_python({"id": "s", "kind": "folder", "path": "x", **fields})


def document(uri: str, **fields: Any) -> SourceDocument:
    return SourceDocument(uri, "text/markdown", 1, lambda: b"x", **fields)


def test_rules_add_tags_and_the_last_one_decides_the_rest() -> None:
    source = declared(
        access=["staff"],
        tags=["handbook"],
        product="P",
        rules=[
            {
                "match": "internal/**",
                "access": ["managers"],
                "tags": ["internal", "handbook"],
                "version": "1",
            },
            {"match": "*.draft.md", "access": ["editors"], "product": "Q"},
        ],
    )

    plain = described(source, document("a.md"))
    both = described(source, document("internal/b.draft.md"))

    assert (plain.access, plain.tags, plain.product, plain.version) == (("staff",), ("handbook",), "P", "")
    assert both.access == ("editors",)
    assert both.tags == ("handbook", "internal")
    assert (both.product, both.version) == ("Q", "1")


@pytest.mark.parametrize(
    ("path", "page"), [("guide/index.md", "guide/"), ("guide/a b.md", "guide/a%20b"), ("README.md", "")]
)
def test_a_template_gives_public_addresses(path: str, page: str) -> None:
    assert filled("https://d.example/{page}", path) == f"https://d.example/{page}"


def test_the_other_placeholders() -> None:
    assert filled("https://d/{path}|{stem}|{name}", "a/b.md") == "https://d/a/b.md|a/b|b.md"


def test_a_path_cannot_name_placeholders_or_leave_its_place() -> None:
    assert filled("https://d/{path}", "{name}/%2e?x#y.md") == "https://d/%7Bname%7D/%252e%3Fx%23y.md"


def test_a_page_keeps_its_own_address_and_rules_look_at_its_path() -> None:
    source = SOURCE.validate_python(
        {"id": "s", "kind": "website", "url": "https://d/", "rules": [{"match": "v1/**", "version": "1"}]}
    )

    page = described(source, document("https://d/v1/x?y", url="https://d/v1/x?y"))

    assert (page.url, page.version) == ("https://d/v1/x?y", "1")
