"""What is wrong with the documents themselves, for those who write them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, get_args

Kind = Literal[
    "contradiction",
    "duplicate",
    "near_duplicate",
    "broken_link",
    "broken_anchor",
    "empty_page",
    "boilerplate_page",
    "missing_title",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"""Worst first."""


@dataclass(frozen=True, slots=True)
class Page:
    """What the report knows of a document.

    Attributes:
        document_id: Its id.
        source_id: Where it comes from.
        uri: Its identity within the source.
        url: Public address; may be empty.
        content_type: Media type.
        words: Words of its passages; 0 where there are none.
        titled: It names a title itself.
        links: Where it links to, as it stands there.
        anchors: The fragments that lead into it.
    """

    document_id: str
    source_id: str
    uri: str
    url: str = ""
    content_type: str = "text/markdown"
    words: int = 0
    titled: bool = True
    links: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document.

    Attributes:
        document_id: The document.
        uri: Its uri.
        source_id: Its source.
        line: The line that is meant; may be empty.
    """

    document_id: str
    uri: str
    source_id: str
    line: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        at: Where.
        other: The other document, where there are two.
        detail: What, in words.
        similarity: How alike the two are, 0 to 1.
    """

    at: Place
    other: Place | None = None
    detail: str = ""
    similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class ContentReport:
    """What is wrong with a tenant's documents.

    Attributes:
        documents: How many were looked at.
        counts: How often each kind was found, worst kind first; only what was found.
        examples: Some of each kind.
    """

    documents: int
    counts: Mapping[Kind, int]
    examples: Mapping[Kind, tuple[Finding, ...]]


class ContentReporter(Protocol):
    """Makes the report."""

    def make(self, tenant: str, source_id: str, examples: int) -> ContentReport:
        """Looks at all documents of a tenant; takes seconds where there are many.

        Args:
            tenant: Whose documents.
            source_id: Only findings in documents of this source; empty means all.
            examples: How many of each kind are named.

        Raises:
            DependencyUnavailable: They cannot be read.
        """
        ...


def place_of(page: Page, line: str = "") -> Place:
    """Returns a place in a document."""
    return Place(page.document_id, page.uri, page.source_id, line)
