"""Finds e-mail addresses."""

from __future__ import annotations

from collections.abc import Iterator

from libs.common.pii.span import PiiSpan

_LOCAL = frozenset("._%+'-")
_MAX_LOCAL = 64
_MAX_DOMAIN = 253


def find_emails(text: str) -> Iterator[PiiSpan]:
    """Yields addresses, `name@host.domain`, from each @ outwards: a bounded number of steps for each."""
    at = text.find("@")
    while at >= 0:
        start, end = _local_start(text, at), _domain_end(text, at + 1)
        if start < at and end > at:
            yield PiiSpan(start, end, "email")
        at = text.find("@", at + 1)


def _local_start(text: str, at: int) -> int:
    start = at
    while start and at - start < _MAX_LOCAL and (text[start - 1].isalnum() or text[start - 1] in _LOCAL):
        start -= 1
    while start < at and text[start] in "._%'-":  # quotes and dots around it
        start += 1
    return start


def _domain_end(text: str, begin: int) -> int:
    """Returns where the host's name ends, 0 where none stands."""
    end, limit = begin, min(len(text), begin + _MAX_DOMAIN)
    while end < limit and (text[end].isalnum() or text[end] in ".-"):
        end += 1
    host = text[begin:end].rstrip(".-")
    name, dot, last = host.rpartition(".")
    return begin + len(host) if dot and name.strip(".-") and len(last) >= 2 and not last.isdigit() else 0
