"""Joins the lines of a paragraph, and mends the words that were hyphenated at their ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-?$")
_FIRST = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line.

    Attributes:
        text: Its text.
        hyphen: Its last word was hyphenated, and the hyphen left out of the text.
        short: It ends well before the margin, on purpose: the next one stays a line of its own.
    """

    text: str
    hyphen: bool = False
    short: bool = False


class LineJoiner:
    """Joins lines.

    A word that was cut is one word again, unless the document writes it with a hyphen elsewhere, or knows
    both its parts as words of their own (`well-known`) but not the whole.

    Args:
        lines: All lines of the document.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self._known: set[str] = set()
        for line in lines:
            words = _WORDS.findall(line.text.casefold())
            if line.hyphen or line.text.endswith("-"):
                words = words[:-1]
            self._known.update(words)

    def joined(self, lines: Sequence[Line]) -> str:
        """Returns the lines as one, but for short ones."""
        text = ""
        open_ = short = False
        for line in lines:
            if not text:
                text = line.text
            elif open_ or (text.endswith("-") and line.text[:1].islower()):
                text = self._mended(text.removesuffix("-"), line.text)
            else:
                text += f"\n{line.text}" if short else f" {line.text}"
            open_, short = line.hyphen, line.short
        return f"{text}-" if open_ else text

    def _mended(self, before: str, after: str) -> str:
        last, first = _LAST.search(before), _FIRST.match(after)
        if last is None or first is None:
            return f"{before}-{after}"
        start, end = last[1].casefold(), first[0].casefold()
        if start + end in self._known:
            return before + after
        stem = start.rpartition("-")[2]
        if f"{start}-{end}" in self._known or (stem in self._known and end in self._known):
            return f"{before}-{after}"
        return before + after
