"""Reads what a document says about itself, from names and values in its front matter or its head."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import TypeVar

from services.retrieval.document_metadata import Metadata
from services.retrieval.header_rules import (
    MAX_WORDS_CHARACTERS,
    HeaderRefused,
    checked_language,
    checked_tags,
    checked_time,
    checked_url,
)
from services.retrieval.parsed_document import Unreadable, single_line

TITLE = ("title",)
ACCESS = ("access",)
TAGS = ("tags", "keywords", "categories")
LANGUAGE = ("language", "lang", "locale")
PRODUCT = ("product",)
VERSION = ("version",)
URL = ("url", "canonical", "canonical_url")
UPDATED = ("updated_at", "updated", "last_updated", "last_modified_at", "lastmod", "modified", "date")
"""The first of these names that says something counts, in each list; those of `TAGS` add up."""

MAX_VALUES = 100

T = TypeVar("T")


def metadata_of(said: Mapping[str, object]) -> Metadata:
    """Returns what is said; what makes no sense is left out, but for access tags.

    Args:
        said: Values by their names in lower case: texts, numbers, times or lists of these.

    Raises:
        Unreadable: The access tags make no sense: left out, they would let everyone see the document.
    """
    return Metadata(
        title=_first(said, TITLE, single_line),
        url=_first(said, URL, checked_url),
        updated_at=_first(said, UPDATED, checked_time),
        access=_access(said),
        tags=_tags(said),
        language=_first(said, LANGUAGE, checked_language),
        product=_first(said, PRODUCT, _words),
        version=_first(said, VERSION, _words),
    )


def unreadable_access() -> Unreadable:
    """Returns the refusal of a document whose access tags cannot be told."""
    return Unreadable(
        "access_conflict",
        "The document's access tags cannot be read; write them as a list of words.",
    )


def _access(said: Mapping[str, object]) -> tuple[str, ...]:
    value = said.get(ACCESS[0])
    if value is None:
        return ()
    values = value if isinstance(value, list) else str(value).split(",") if _is_scalar(value) else None
    if values is None or not all(_is_scalar(each) for each in values):
        raise unreadable_access()
    try:
        return checked_tags((single_line(str(each)) for each in values), "An access tag")
    except HeaderRefused:
        raise unreadable_access() from None


def _tags(said: Mapping[str, object]) -> tuple[str, ...]:
    found: list[str] = []
    for name in TAGS:
        value = said.get(name)
        values: Iterable[object] = value if isinstance(value, list) else _text(value).split(",")
        for each in values:
            with suppress(HeaderRefused):
                found.extend(checked_tags([single_line(_text(each))], "A tag"))
    return tuple(sorted(set(found[:MAX_VALUES])))


def _first(said: Mapping[str, object], names: Iterable[str], checked: Callable[[str], str]) -> str:
    for name in names:
        with suppress(HeaderRefused):
            if value := checked(_text(said.get(name))):
                return value
    return ""


def _words(text: str) -> str:
    words = single_line(text)
    return words if len(words) <= MAX_WORDS_CHARACTERS else ""


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).isoformat()
    if isinstance(value, date):
        return f"{value.isoformat()}T00:00:00Z"
    return str(value).strip() if _is_scalar(value) else ""


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float | date) and not isinstance(value, bool)
