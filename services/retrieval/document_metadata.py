"""What is said about a document, by its source or by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is said about a document; whatever is not said is empty.

    Attributes:
        title: Its title.
        url: Public address, http or https.
        updated_at: When it last changed, RFC 3339 in UTC.
        access: Access tags, sorted; none means that every visitor of the tenant may see it.
        tags: What it is about, sorted.
        language: Its language, e.g. `en` or `pt-br`.
        product: The product that it describes.
        version: The version of that product.
    """

    title: str = ""
    url: str = ""
    updated_at: str = ""
    access: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str = ""
    product: str = ""
    version: str = ""


class AccessConflict(Exception):
    """A document asks for access tags of which its source grants none, so that nobody could see it."""


def combined(given: Metadata, own: Metadata) -> Metadata:
    """Returns what holds: what the source says comes first, tags add up, and access only narrows.

    Args:
        given: What the source says.
        own: What the document says itself, e.g. in its front matter.

    Raises:
        AccessConflict: They leave nobody who may see it.
    """
    access = narrowed(given.access, own.access)
    if access is None:
        raise AccessConflict
    return Metadata(
        title=given.title or own.title,
        url=given.url or own.url,
        updated_at=given.updated_at or own.updated_at,
        access=access,
        tags=tuple(sorted({*given.tags, *own.tags})),
        language=given.language or own.language,
        product=given.product or own.product,
        version=given.version or own.version,
    )


def narrowed(given: Sequence[str], own: Sequence[str]) -> tuple[str, ...] | None:
    """Returns the tags of which a caller must bear one to meet both lists; None if no tag meets both.

    An empty list admits everyone, so the result never admits a caller whom either list shuts out.
    """
    if not given or not own:
        return tuple(sorted({*given, *own}))
    return tuple(sorted(set(given) & set(own))) or None
