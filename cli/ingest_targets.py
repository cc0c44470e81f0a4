"""What `causeway ingest` is asked to take: files, folders and addresses, as sources."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from cli.output import CommandMisused
from libs.common.source import FolderSource, SitemapSource, Source, WebsiteSource


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beside the paths and addresses.

    Attributes:
        source_id: Source of all of it; empty for one that is named after each place.
        access: Access tags.
        tags: Tags.
        sitemap: Addresses are those of sitemaps.
        depth: How far links are followed.
        max_pages: Most pages of each address.
        allow_private: Whether private addresses may be fetched.
    """

    source_id: str = ""
    access: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    sitemap: bool = False
    depth: int = 0
    max_pages: int = 1000
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """One place to take documents from.

    Attributes:
        source_id: The source that they belong to.
        source: How it is read.
        place: As it was asked for.
    """

    source_id: str
    source: Source
    place: str


def targets_of(places: Iterable[str], asked: Asked) -> list[Target]:
    """Returns a target for each place.

    A file belongs to the source of its folder: to take it alone is to take a part of that.

    Raises:
        CommandMisused: A place is not there, or a value makes no sense.
    """
    try:
        return [_target(place, asked) for place in dict.fromkeys(places)]
    except ValidationError as error:
        wrong = error.errors(include_url=False)[0]
        field = str(wrong["loc"][-1]) if wrong["loc"] else "source"
        said = str(wrong["msg"]).removeprefix("Value error, ")
        raise CommandMisused(f"{field}: {said}") from None


def source_name(place: str) -> str:
    """The source that a place belongs to by default: the same each time, another for each other place."""
    if _is_address(place):
        parts = urlsplit(place)
        return _slug(f"{parts.hostname}-{parts.port}" if parts.port else f"{parts.hostname}")
    folder = _folder_of(Path(place)).resolve()
    digest = hashlib.sha256(str(folder).encode(errors="surrogateescape")).hexdigest()
    return f"{_slug(folder.name)[:50] or 'root'}-{digest[:6]}"


def _target(place: str, asked: Asked) -> Target:
    name = source_name(place)
    common: dict[str, object] = {"id": name, "access": asked.access, "tags": asked.tags}
    if not _is_address(place):
        if not Path(place).exists():
            raise CommandMisused(f"{place} does not exist. Name a file, a folder, or an address: https://…")
        folder = _folder_of(Path(place))
        only: Sequence[str] = () if Path(place).is_dir() else (_literal(Path(place).name),)
        source: Source = FolderSource.model_validate(
            {**common, "kind": "folder", "path": str(folder), "include": only}
        )
        return Target(asked.source_id or name, source, place)
    web = {**common, "url": place, "max_pages": asked.max_pages, "allow_private": asked.allow_private}
    if asked.sitemap:
        source = SitemapSource.model_validate({**web, "kind": "sitemap"})
    else:
        source = WebsiteSource.model_validate({**web, "kind": "website", "depth": asked.depth})
    return Target(asked.source_id or name, source, place)


def _literal(name: str) -> str:
    """A pattern that means this name at the top of the folder, and nothing else."""
    return "/" + re.sub(r"([*?\[])", r"[\1]", name)


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _is_address(place: str) -> bool:
    return place.startswith(("http://", "https://"))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._")[:64]
