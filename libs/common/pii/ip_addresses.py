"""Finds addresses of machines on the internet, versions 4 and 6."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from libs.common.pii.span import PiiSpan

_FOUR = re.compile(r"(?<![\w.])(?<!::)(?<!:ffff:)[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?![\w]|\.\w)")
_SIX = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}+(?:\.[0-9]{1,3}){0,3}(?![\w:])")
_VERSION = re.compile(r"(?:version|release|\bv)[ .]?$")
_LOOK_BACK = 10
_LEAST_SIX = 6


def find_ip_addresses(text: str) -> Iterator[PiiSpan]:
    """Yields addresses that lead to somebody's machine: not the loopback, netmasks or version numbers."""
    for match in _FOUR.finditer(text):
        before = text[max(0, match.start() - _LOOK_BACK) : match.start()].lower()
        if _somebodys(match.group()) and not _VERSION.search(before):
            yield PiiSpan(*match.span(), "ip_address")
    for match in _SIX.finditer(text):
        written = match.group()
        plausible = written.count(":") > 1 and len(written) >= _LEAST_SIX and any(map(str.isdigit, written))
        if plausible and _somebodys(written):
            yield PiiSpan(*match.span(), "ip_address")


def _somebodys(written: str) -> bool:
    try:
        address: IPv4Address | IPv6Address = ip_address(written)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or written.startswith("255."))
