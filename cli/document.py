"""A document on its way from a source to retrieval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

MAX_BYTES = 50 * 1024 * 1024
"""Largest document that retrieval accepts."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document that a source holds.

    Attributes:
        uri: Its identity within the source: a path with slashes, or an address.
        content_type: Media type, with its charset where the source names one.
        size: Its length in bytes.
        read: Returns its content; raises OSError if it is not there any more.
        updated_at: When the source last changed it, RFC 3339; may be empty.
        url: Public address; may be empty.
        access: Access tags.
        tags: What it is about.
        product: The product that it describes; may be empty.
        version: The version of that product; may be empty.
    """

    uri: str
    content_type: str
    size: int
    read: Callable[[], bytes]
    updated_at: str = ""
    url: str = ""
    access: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    product: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was not taken, and why."""

    uri: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a source holds.

    Attributes:
        documents: Its documents, ordered by uri.
        left_out: What is no document of it, on purpose.
        faults: What could not be read this time: it may be a document, so the reading is not whole.
    """

    documents: tuple[SourceDocument, ...]
    left_out: tuple[Remark, ...] = ()
    faults: tuple[Remark, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether a document that is not in it is gone from the source."""
        return not self.faults
