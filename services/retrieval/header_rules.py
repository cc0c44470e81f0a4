"""What a document's header must be like to be accepted."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from libs.common.clock import rfc3339
from services.retrieval.documents import DocumentHeader
from services.retrieval.media_types import READABLE, charset_of, media_type_of

MAX_URI_BYTES = 2048
MAX_TAGS = 100
MAX_TAG_CHARACTERS = 100


class HeaderRefused(Exception):
    """A header breaks a rule; the message is the reason, for the document's owner."""


def checked_uri(uri: str) -> str:
    """Returns a uri that may identify a document.

    Raises:
        HeaderRefused: It may not.
    """
    if not uri:
        raise HeaderRefused("The uri is empty.")
    if _unprintable(uri):
        raise HeaderRefused("The uri holds control characters.")
    if len(uri.encode()) > MAX_URI_BYTES:
        raise HeaderRefused(f"The uri is longer than {MAX_URI_BYTES} bytes.")
    return uri


def checked_header(header: DocumentHeader) -> DocumentHeader:
    """Returns a header in its normal form: media type told, tags sorted, time in UTC.

    Raises:
        HeaderRefused: It breaks a rule.
    """
    uri = checked_uri(header.uri)
    return replace(
        header,
        content_type=_checked_type(header.content_type, uri),
        url=_checked_url(header.url),
        access=_checked_access(header.access),
        updated_at=_checked_time(header.updated_at),
    )


def _checked_type(content_type: str, uri: str) -> str:
    media_type = media_type_of(content_type, uri)
    if not media_type:
        raise HeaderRefused("The media type cannot be told from the uri; name it in content_type.")
    if media_type not in READABLE:
        raise HeaderRefused(f"{media_type} cannot be read; send {', '.join(sorted(READABLE))}.")
    charset = charset_of(content_type)
    return f"{media_type}; charset={charset}" if charset else media_type


def _checked_url(url: str) -> str:
    if not url:
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise HeaderRefused("The url is not an address.") from None
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise HeaderRefused("The url is not an http or https address.")
    if _unprintable(url) or " " in url or len(url.encode()) > MAX_URI_BYTES:
        raise HeaderRefused(f"The url holds spaces or control characters, or exceeds {MAX_URI_BYTES} bytes.")
    return url


def _checked_access(access: tuple[str, ...]) -> tuple[str, ...]:
    tags = tuple(sorted(set(access)))
    if len(tags) > MAX_TAGS:
        raise HeaderRefused(f"There are more than {MAX_TAGS} access tags.")
    for tag in tags:
        if not tag.strip() or len(tag) > MAX_TAG_CHARACTERS or _unprintable(tag):
            raise HeaderRefused(
                f"An access tag is empty, unprintable or longer than {MAX_TAG_CHARACTERS} characters."
            )
    return tags


def _checked_time(updated_at: str) -> str:
    if not updated_at:
        return ""
    try:
        moment = datetime.fromisoformat(updated_at)
    except ValueError:
        raise HeaderRefused("updated_at is not an RFC 3339 time.") from None
    if moment.tzinfo is None:
        raise HeaderRefused("updated_at names no time zone; write it as RFC 3339, e.g. with a final Z.")
    try:
        return rfc3339(moment.timestamp())
    except (ValueError, OverflowError):
        raise HeaderRefused("updated_at is out of range.") from None


def _unprintable(text: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Cs") for character in text)
