"""Patterns of paths: `*`, `?` and `[…]` within a name, `**` for any number of folders."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from functools import lru_cache


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern means a path.

    A pattern without a slash is compared with the last name alone; one that ends in a slash means all
    that is below. Takes time in proportion to both lengths, whatever is in them.
    """
    names = path.split("/")
    reached = {0}  # how many parts of the pattern the names so far can have used up
    parts = _parts(pattern)
    for name in names:
        reached = set(_step(parts, _skipped(parts, reached), name))
    return len(parts) in _skipped(parts, reached)


def wanted(path: str, include: Iterable[str], exclude: Iterable[str]) -> bool:
    """Whether a path is included, by any pattern or because there is none, and not excluded."""
    included = tuple(include)
    return (not included or any(matches(p, path) for p in included)) and not any(
        matches(p, path) for p in exclude
    )


def _skipped(parts: tuple[re.Pattern[str] | None, ...], reached: set[int]) -> set[int]:
    """What is reached when `**` stands for no folder at all; at the end it stands for one name at least."""
    found = set(reached)
    for position in range(len(parts) - 1):
        if position in found and parts[position] is None:
            found.add(position + 1)
    return found


def _step(parts: tuple[re.Pattern[str] | None, ...], reached: set[int], name: str) -> Iterable[int]:
    for position in reached:
        if position == len(parts):
            continue
        part = parts[position]
        if part is None:
            yield position
            if position == len(parts) - 1:
                yield position + 1
        elif part.match(name):
            yield position + 1


@lru_cache(maxsize=1024)
def _parts(pattern: str) -> tuple[re.Pattern[str] | None, ...]:
    whole = pattern if "/" in pattern else f"**/{pattern}"
    names = (f"{whole}**" if whole.endswith("/") else whole).strip("/").split("/")
    return tuple(None if name == "**" else re.compile(fnmatch.translate(name)) for name in names)
