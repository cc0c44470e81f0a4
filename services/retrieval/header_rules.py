"""What a document's header must be like to be accepted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from libs.common.clock import rfc3339
from services.retrieval.documents import DocumentHeader
from services.retrieval.media_types import UNKNOWN, charset_of, media_type_of

MAX_URI_BYTES = 2048
MAX_TAGS = 100
MAX_TAG_CHARACTERS = 100
MAX_WORDS_CHARACTERS = 300
"""Of a title, a product and a version."""

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_CHARSET = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}")


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
        url=checked_url(header.url),
        access=checked_tags(header.access, "An access tag"),
        updated_at=checked_time(header.updated_at),
        tags=checked_tags(header.tags, "A tag"),
        language=checked_language(header.language),
        product=_checked_words(header.product, "product"),
        version=_checked_words(header.version, "version"),
        title=_checked_words(header.title, "title"),
    )


def _checked_type(content_type: str, uri: str) -> str:
    media_type = media_type_of(content_type, uri)
    if not media_type:
        return UNKNOWN  # its first bytes may tell
    if not _MEDIA_TYPE.fullmatch(media_type):
        raise HeaderRefused("The content_type is no media type; write it as in text/markdown.")
    charset = charset_of(content_type)
    if charset and not _CHARSET.fullmatch(charset):
        raise HeaderRefused("The content_type names no charset; write it as in text/plain; charset=utf-8.")
    return f"{media_type}; charset={charset}" if charset else media_type


def checked_url(url: str) -> str:
    """Returns an address that may be shown.

    Raises:
        HeaderRefused: It is none, or of another kind than http and https.
    """
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


def checked_tags(given: Iterable[str], what: str) -> tuple[str, ...]:
    """Returns tags sorted, each once.

    Args:
        given: The tags.
        what: What the message calls one of them.

    Raises:
        HeaderRefused: There are too many, or one is no tag.
    """
    tags = tuple(sorted(set(given)))
    if len(tags) > MAX_TAGS:
        raise HeaderRefused(f"{what} is one of more than {MAX_TAGS}; name fewer.")
    for tag in tags:
        if not tag.strip() or len(tag) > MAX_TAG_CHARACTERS or _unprintable(tag):
            raise HeaderRefused(
                f"{what} is empty, unprintable or longer than {MAX_TAG_CHARACTERS} characters."
            )
    return tags


def checked_language(language: str) -> str:
    """Returns a language tag in lower case, parts joined by hyphens.

    Raises:
        HeaderRefused: It is none.
    """
    tag = language.strip().lower().replace("_", "-")
    if tag and not _LANGUAGE.fullmatch(tag):
        raise HeaderRefused("The language is no language tag; write it as in `en` or `pt-br`.")
    return tag


def _checked_words(words: str, what: str) -> str:
    if len(words) > MAX_WORDS_CHARACTERS or _unprintable(words):
        raise HeaderRefused(f"The {what} is unprintable or longer than {MAX_WORDS_CHARACTERS} characters.")
    return words.strip()


def checked_time(updated_at: str) -> str:
    """Returns a time in UTC.

    Raises:
        HeaderRefused: It is no RFC 3339 time.
    """
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
