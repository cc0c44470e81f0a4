"""Entity tags: named content, and requests that have it already (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib


def strong_etag(content: bytes) -> str:
    """Returns the tag of a body: its SHA-256, quoted."""
    return f'"{hashlib.sha256(content).hexdigest()}"'


def none_match(if_none_match: str | None, etag: str) -> bool:
    """Whether a client that sends this header has the content already.

    Args:
        if_none_match: The If-None-Match header: tags, weak ones too, or `*`; None without one.
        etag: The content's tag.
    """
    if if_none_match is None:
        return False
    if if_none_match == etag or if_none_match.strip() == "*":
        return True
    return any(tag.strip().removeprefix("W/") == etag for tag in if_none_match.split(","))
