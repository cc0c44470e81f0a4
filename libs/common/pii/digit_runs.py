"""Reads digits that belong together, with what separates them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_RUN = re.compile(r"(?<![\w.,-])[+(]{0,2}[0-9][0-9 .()/\u00a0\u2011-]*+")
_GROUP = re.compile(r"[0-9]+")
_APART = re.compile(r"[ \u00a0]{2,}|[.,)/-] (?=\()|\. |, ")


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits with single separators between them.

    Attributes:
        start: Offset of its first character in the text, a digit, a plus or a parenthesis.
        written: As it stands there.
        groups: Its groups of digits.
    """

    start: int
    written: str
    groups: tuple[str, ...]

    @property
    def digits(self) -> str:
        """All its digits."""
        return "".join(self.groups)

    @property
    def end(self) -> int:
        """Offset after its last character in the text."""
        return self.start + len(self.written)


def digit_runs(text: str) -> Iterator[DigitRun]:
    """Yields the runs of a text in order; digits inside words are none."""
    for match in _RUN.finditer(text):
        begin = match.start()
        for apart in (*_APART.finditer(match.group()), None):
            end = match.start() + apart.start() if apart else match.end()
            run = _run(text, begin, end)
            if run is not None:
                yield run
            begin = match.start() + apart.end() if apart else end


def _run(text: str, start: int, end: int) -> DigitRun | None:
    written = text[start:end].rstrip(" .(/-\u00a0\u2011")
    if written.count(")") > written.count("("):
        written = written.rstrip(")")
    end = start + len(written)
    in_a_word = end < len(text) and (text[end].isalnum() or text[end] == "_")
    groups = tuple(_GROUP.findall(written))
    return DigitRun(start, written, groups) if groups and not in_a_word else None
