"""Reads the YAML front matter of a Markdown source."""

from __future__ import annotations

import re

import yaml

from services.retrieval.document_metadata import Metadata
from services.retrieval.own_metadata import metadata_of, unreadable_access

MAX_FRONT_MATTER = 64 * 1024

_FRONT_MATTER = re.compile(r"\A---[^\S\n]*\n(.*?)^(?:---|\.\.\.)[^\S\n]*$\n?", re.S | re.M)
_NAMES_ACCESS = re.compile(r"""^\s*["']?access["']?\s*:""", re.M | re.I)


def split_front_matter(source: str) -> tuple[Metadata, str]:
    """Returns what the front matter says about the document, and the rest of the source.

    Raises:
        Unreadable: It names access tags, and they cannot be read: the document must not be shown to all.
    """
    text = source.removeprefix("\ufeff")
    match = _FRONT_MATTER.match(text)
    if match is None:
        return Metadata(), source
    return _metadata(match[1]), text[match.end() :]


def _metadata(block: str) -> Metadata:
    try:
        said = yaml.safe_load(block) if len(block) <= MAX_FRONT_MATTER else None
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        said = None
    if isinstance(said, dict):
        return metadata_of({str(name).lower(): value for name, value in said.items()})
    if _NAMES_ACCESS.search(block):
        raise unreadable_access()
    return Metadata()
