"""Says of a source's documents what its declaration says of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import quote, urlsplit

from cli.document import SourceDocument
from cli.globs import matches
from libs.common.source import DeclaredSource, FolderSource, GitSource

_INDEXES = frozenset({"index", "readme"})


def described(source: DeclaredSource, document: SourceDocument) -> SourceDocument:
    """Returns a document with its access tags, tags, product, version and public address.

    What the source says holds for all of its documents. Of the rules that match, each adds its tags, and the
    last that names access tags, a product, a version or an address decides that.
    """
    path = _path_of(document.uri)
    access, tags = source.access, list(source.tags)
    product, version = source.product, source.version
    template = source.url if isinstance(source, FolderSource | GitSource) else ""
    for rule in source.rules:
        if matches(rule.match, path):
            access = rule.access or access
            tags += rule.tags
            product, version = rule.product or product, rule.version or version
            template = rule.url or template
    return replace(
        document,
        access=tuple(dict.fromkeys(access)),
        tags=tuple(dict.fromkeys(tags)),
        product=product,
        version=version,
        url=filled(template, path) if template else document.url,
    )


def filled(template: str, path: str) -> str:
    """Fills a template of public addresses for a path.

    `{path}` is the path, `{stem}` without its suffix, `{page}` without a last index or readme too, `{name}`
    the last name alone.
    """
    stem = PurePosixPath(path).with_suffix("").as_posix()
    folder, slash, last = stem.rpartition("/")
    page = folder + slash if last.lower() in _INDEXES else stem
    parts = {"path": path, "stem": stem, "page": page, "name": path.rpartition("/")[2]}
    return template.format(**{name: quote(part, safe="/") for name, part in parts.items()})


def _path_of(uri: str) -> str:
    return (urlsplit(uri).path if "://" in uri else uri).lstrip("/")
