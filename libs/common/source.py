"""The sources that a tenant declares: where its documents come from, how often, and for whom."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from string import Formatter
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

from libs.common.manifest_part import Name, Part

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
RESERVED_ID = "docs"
"""The source of `causeway up --docs`: one that is declared must not be emptied by the next start."""
MIN_INTERVAL = 10
MAX_INTERVAL = 90 * 86_400
PLACEHOLDERS = ("path", "stem", "page", "name")
"""What a url template may name."""


def seconds_of(interval: str) -> int:
    """Seconds of an interval such as `90s`, `15m`, `6h` or `1d`.

    Raises:
        ValueError: It is not one, or out of bounds.
    """
    if not re.fullmatch(r"[0-9]{1,7}[smhd]", interval):
        raise ValueError(f"{interval!r} is no interval; write a number and s, m, h or d, such as 15m")
    seconds = int(interval[:-1]) * _SECONDS[interval[-1]]
    if not MIN_INTERVAL <= seconds <= MAX_INTERVAL:
        raise ValueError(f"{interval} is not between 10 seconds and 90 days; choose another interval")
    return seconds


def _interval(value: str) -> str:
    seconds_of(value)
    return value


def _template(value: str) -> str:
    if not value:
        return value
    try:
        names = [
            name for _, name, how, turned in Formatter().parse(value) if name is not None or how or turned
        ]
    except ValueError:
        raise ValueError("its braces do not match; write {path}, {stem}, {page} or {name}") from None
    if not set(names) <= set(PLACEHOLDERS):
        raise ValueError("names something unknown in braces; there are {path}, {stem}, {page} and {name}")
    if any(how or turned for _, _, how, turned in Formatter().parse(value)):
        raise ValueError("formats a placeholder; write {path}, {stem}, {page} or {name} alone")
    if not re.match(r"^https?://[^/{}\s]+", value):
        raise ValueError("is no address; begin it with https:// and a host")
    return value


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError:
        raise ValueError("is no address; write https://host/path") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not port_is_fine:
        raise ValueError("is no address of a web page; write https://host/path")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user name or a password; remove it, this file is no place for secrets")
    return value


def _repository(value: str) -> str:
    if not re.match(r"^(https?://|ssh://|file:///|/|[A-Za-z0-9._-]+@[A-Za-z0-9._-]+:(?!:))", value):
        raise ValueError(
            "is neither an https:// or ssh:// address, nor user@host:path, nor an absolute path; write it so"
        )
    if re.match(r"^https?://[^/]*@", value):
        raise ValueError("holds a credential; give git a credential helper instead")
    return value


def _below(value: str) -> str:
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError("leaves the repository; name a folder below it")
    return value


Interval = Annotated[str, AfterValidator(_interval)]
"""How often: a number and s, m, h or d."""
Tag = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^\S(.*\S)?$")]
Glob = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\\]+$")]
"""A pattern of paths: `*` and `?` within a name, `**` for any folders; without a slash, of names."""
Template = Annotated[str, StringConstraints(max_length=1000, pattern=r"^\S*$"), AfterValidator(_template)]
"""A public address with placeholders, see `PLACEHOLDERS`."""
Address = Annotated[str, StringConstraints(max_length=2000, pattern=r"^\S+$"), AfterValidator(_address)]
Word = Annotated[str, StringConstraints(max_length=100)]
Tags = Annotated[tuple[Tag, ...], Field(max_length=100)]
Globs = Annotated[tuple[Glob, ...], Field(max_length=200)]
Addresses = Annotated[tuple[Address, ...], Field(max_length=200)]


def _id(value: str) -> str:
    if value == RESERVED_ID:
        raise ValueError(f"is {RESERVED_ID}, the source that `make run` fills and empties; choose another id")
    return value


class PathRule(Part):
    """What holds for the documents of a source whose path matches; later rules add to earlier ones.

    Attributes:
        match: Pattern of paths below the source; of a website, of the address's path without its first slash.
        access: Access tags; those of the last rule that names any replace the source's.
        tags: Tags, in addition to the source's.
        product: The product that they describe, instead of the source's.
        version: Its version, instead of the source's.
        url: Public address, instead of the source's template.
    """

    match: Glob
    access: Tags = ()
    tags: Tags = ()
    product: Word = ""
    version: Word = ""
    url: Template = ""


class DeclaredSource(Part):
    """What every kind of source has.

    Attributes:
        id: Name of the source within the tenant.
        interval: How often it is read.
        access: Access tags of its documents; none means that every visitor of the tenant may see them.
        tags: What its documents are about.
        product: The product that they describe.
        version: The version of that product.
        rules: What differs by path.
    """

    id: Annotated[Name, AfterValidator(_id)]
    interval: Interval = "1h"
    access: Tags = ()
    tags: Tags = ()
    product: Word = ""
    version: Word = ""
    rules: Annotated[tuple[PathRule, ...], Field(max_length=200)] = ()

    @property
    def interval_seconds(self) -> int:
        """Seconds between two readings."""
        return seconds_of(self.interval)


class FolderSource(DeclaredSource):
    """Files of a folder that the syncing process can read.

    Attributes:
        path: The folder, absolute or below the folder that the process runs in.
        include: Patterns of the files that are read; none means all that can be read.
        exclude: Patterns of files that are not.
        url: Template of the documents' public addresses.
    """

    kind: Literal["folder"]
    path: Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00-\x1f]+$")]
    include: Globs = ()
    exclude: Globs = ()
    url: Template = ""


class GitSource(DeclaredSource):
    """Files of a branch of a git repository.

    Attributes:
        repository: https:// or ssh:// address, user@host:path, or the path of a repository on disk.
        branch: The branch; by default the one that the repository names.
        folder: Folder below which files are read; by default all of it.
        include: Patterns of the files that are read, below the folder; none means all that can be read.
        exclude: Patterns of files that are not.
        url: Template of the documents' public addresses.
    """

    kind: Literal["git"]
    repository: Annotated[
        str,
        StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00-\x20]+$"),
        AfterValidator(_repository),
    ]
    branch: Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9_][A-Za-z0-9._/-]{0,200})?$")] = ""
    folder: Annotated[
        str, StringConstraints(max_length=1000, pattern=r"^[^\x00-\x1f\\]*$"), AfterValidator(_below)
    ] = ""
    include: Globs = ()
    exclude: Globs = ()
    url: Template = ""


class WebSource(DeclaredSource):
    """What both kinds of websites have.

    Attributes:
        url: Where to begin: a page, or the sitemap.
        include: Addresses with one of these beginnings are read; none means the folder of `url`, of a sitemap
            its whole host.
        exclude: Addresses with one of these beginnings are not.
        max_pages: Most addresses that are fetched in one reading.
        delay_seconds: Least pause between two requests; a longer one in robots.txt wins.
        allow_private: Whether private addresses may be fetched, for an intranet.
    """

    url: Address
    include: Addresses = ()
    exclude: Addresses = ()
    max_pages: Annotated[int, Field(ge=1, le=100_000)] = 1000
    delay_seconds: Annotated[float, Field(ge=0, le=60)] = 0.5
    allow_private: bool = False


class WebsiteSource(WebSource):
    """Pages that can be reached by links.

    Attributes:
        depth: Most links between the first page and a page that is read.
    """

    kind: Literal["website"]
    depth: Annotated[int, Field(ge=0, le=100)] = 10


class SitemapSource(WebSource):
    """Pages that a sitemap lists."""

    kind: Literal["sitemap"]


Source = Annotated[FolderSource | GitSource | WebsiteSource | SitemapSource, Field(discriminator="kind")]
"""A declared source of any kind."""
