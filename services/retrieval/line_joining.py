"""Joins the lines of a paragraph, and mends the words that were hyphenated at their ends."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST = re.compile(r"([^\W\d_]+(?:-[^\W\d_]+)*)-?$")
_FIRST = re.compile(r"[^\W\d_]+")
_CUT = "\0"
"""Stands for nothing between two lines, not even the hyphen at the end of the first."""


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
        return "".join(self._pieces(lines))

    def starts(self, lines: Sequence[Line]) -> list[int]:
        """Returns where in the joined lines each of them begins."""
        pieces = self._pieces(lines)
        return list(accumulate((len(piece) for piece in pieces[:-1]), initial=0)) if pieces else []

    def _pieces(self, lines: Sequence[Line]) -> list[str]:
        """Returns what each line adds; each but the last ends with what stands between it and the next."""
        pieces: list[str] = []
        before: Line | None = None
        for line in lines:
            if before is not None:
                pieces[-1] += self._between(before, line)
                if pieces[-1].endswith(_CUT):
                    pieces[-1] = pieces[-1].removesuffix(_CUT).removesuffix("-")
            pieces.append(line.text)
            before = line
        if before is not None and before.hyphen:
            pieces[-1] += "-"
        return pieces

    def _between(self, before: Line, after: Line) -> str:
        if before.hyphen or (before.text.endswith("-") and after.text[:1].islower()):
            whole = self._is_one_word(before.text.removesuffix("-"), after.text)
            return _CUT if whole else "" if before.text.endswith("-") else "-"
        return "\n" if before.short else " "

    def _is_one_word(self, before: str, after: str) -> bool:
        last, first = _LAST.search(before), _FIRST.match(after)
        if last is None or first is None:
            return False
        start, end = last[1].casefold(), first[0].casefold()
        if start + end in self._known:
            return True
        stem = start.rpartition("-")[2]
        return not (f"{start}-{end}" in self._known or (stem in self._known and end in self._known))
