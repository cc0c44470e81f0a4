"""Lets only offered source numbers through, while the text streams."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_NUMBERS = r"\d{1,3}(?: {0,2}[,;–-] {0,2}\d{1,3}){0,11}"
_MARKER = re.compile(
    rf"\[ {{0,2}}(?:\^|[Ss]ources? {{1,2}})?({_NUMBERS}) {{0,2}}\]|"
    r"【(\d{1,3})(?::\d{1,4})?(?:†[^】\n]{0,40})?】"
)
# What could still become one: every beginning of it.
_LIVE = re.compile(
    r"\[ {0,2}(?:\^|[Ss](?:o(?:u(?:r(?:c(?:e(?:s? {0,2})?)?)?)?)?)?)?"
    rf"(?:{_NUMBERS} {{0,2}}(?:[,;–-] {{0,2}})?)?|【(?:\d{{1,3}}(?::\d{{0,4}})?(?:†[^】\n]{{0,40}})?)?"
)
_STOP = re.compile(r"[`\n\[【]")
_PART = re.compile(r"(\d+)(?: {0,2}[–-] {0,2}(\d+))?")
_WIDEST_RANGE = 8
_FENCE = 3

Part = str | int
"""Text to release, or the number of an offered source to release as `[n]`."""


class MarkerFilter:
    """Splits a stream into text and citation markers.

    Unknown numbers vanish, `[1, 2]` becomes two markers, `[1-3]` three. Only a tail that could still
    become a marker is held back. In code nothing is a marker: `items[0]` stays what it is.

    Args:
        offered: The numbers that may be cited.
    """

    def __init__(self, offered: Collection[int]) -> None:
        self._offered = frozenset(offered)
        self._held = ""
        self._ticks = 0  # backticks at the end of what was read
        self._code = 0  # backticks that opened the code that we are in

    def feed(self, text: str) -> list[Part]:
        """Takes more of the stream and returns what can be released."""
        data, self._held = self._held + text, ""
        parts: list[Part] = []
        begin = at = 0
        while (stop := _STOP.search(data, at)) is not None:
            if stop.start() > at:
                self._close_ticks()
            at = stop.start()
            character = data[at]
            if character == "`":
                self._ticks += 1
                at += 1
                continue
            self._close_ticks()
            if character == "\n":
                self._code = self._code if self._code >= _FENCE else 0  # inline code ends with its line
            elif not self._code:
                marker = _MARKER.match(data, at)
                if marker is not None:
                    parts += _text(data[begin:at])
                    parts += self._known(marker[1] or marker[2])
                    begin = at = marker.end()
                    continue
                if _LIVE.fullmatch(data, at):
                    self._held = data[at:]
                    return parts + _text(data[begin:at])
            at += 1
        if at < len(data):
            self._close_ticks()
        return parts + _text(data[begin:])

    def flush(self) -> list[Part]:
        """Returns what was held back, at the end of the stream."""
        held, self._held = self._held, ""
        return _text(held)

    def _close_ticks(self) -> None:
        if not self._ticks:
            return
        if not self._code:
            self._code = self._ticks
        elif self._ticks == self._code or self._ticks >= _FENCE <= self._code:
            self._code = 0
        self._ticks = 0

    def _known(self, numbers: str) -> list[Part]:
        return [n for n in dict.fromkeys(_expanded(numbers)) if n in self._offered]


def _expanded(numbers: str) -> Iterator[int]:
    for first, last in _PART.findall(numbers):
        low, high = int(first), int(last or first)
        if low <= high <= low + _WIDEST_RANGE:
            yield from range(low, high + 1)
        else:
            yield from (low, high)


def _text(text: str) -> list[Part]:
    return [text] if text else []
