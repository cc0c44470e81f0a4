"""Passages, as a citation without a public address shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from libs.common.caller import Caller


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with its document.

    Attributes:
        passage_id: Its id.
        document_id: The document's id.
        title: The document's title.
        uri: The document's identity within the tenant.
        url: The document's public address; empty if it has none.
        heading_path: The headings above it, outermost first.
        text: Its text.
        start: First character in the document's text.
        end: One past the last.
        updated_at: When the document last changed, RFC 3339 in UTC.
    """

    passage_id: str
    document_id: str
    title: str
    uri: str
    url: str
    heading_path: tuple[str, ...]
    text: str
    start: int
    end: int
    updated_at: str


class Passages(Protocol):
    """Where passages come from."""

    async def get(self, caller: Caller, passage_id: str) -> Passage | None:
        """Returns a passage, if it exists and the caller may see it."""
        ...
