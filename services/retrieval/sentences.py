"""Where a long text may be cut."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.retrieval.parsed_document import Kind

Span = tuple[int, int]

_SENTENCE_END = re.compile(r"""(?<![.!?…])[.!?…]+["'”’)\]]*\s+|[。！？]+[」』”’）]*\s*|\n+""")
_ABBREVIATIONS = frozenset(
    {
        "e.g.",
        "i.e.",
        "etc.",
        "cf.",
        "vs.",
        "mr.",
        "mrs.",
        "ms.",
        "dr.",
        "prof.",
        "st.",
        "no.",
        "fig.",
        "approx.",
    }
)
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")
_SPACE = re.compile(r"\s")


def spans(text: str, kind: Kind, longest: int) -> Iterator[Span]:
    """Yields the smallest stretches that should not be cut: lines of code, lists and tables, else sentences.

    Args:
        text: Text of one block.
        kind: What it is.
        longest: Characters above which a stretch is cut anyway, between words where there are any.
    """
    parts = _sentences(text) if kind in ("paragraph", "quote", "heading") else _lines(text)
    for start, end in parts:
        yield from cut(text, start, end, longest)


def cut(text: str, start: int, end: int, longest: int) -> Iterator[Span]:
    """Yields a stretch in pieces of at most `longest` characters, cut between words where there are any."""
    while end - start > longest:
        stop = start + longest
        while stop > start + longest // 2 and not _SPACE.match(text, stop):
            stop -= 1
        if stop == start + longest // 2:
            stop = start + longest
        yield from _trimmed(text, start, stop)
        start = stop
    yield from _trimmed(text, start, end)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _sentences(text: str) -> Iterator[Span]:
    start = 0
    for match in _SENTENCE_END.finditer(text):
        if _ends_sentence(text, match):
            yield start, match.end()
            start = match.end()
    yield start, len(text)


def _ends_sentence(text: str, match: re.Match[str]) -> bool:
    if match[0][0] == "\n" or not match[0].isascii():
        return True
    if text[match.end() : match.end() + 1].islower():
        return False
    word = text[max(0, match.start() - 12) : match.start() + 1].split()
    last = word[-1].lower() if word else ""
    return last not in _ABBREVIATIONS and _INITIALS.fullmatch(last) is None


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    """Yields a stretch without the space around it; nothing if there is only space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end
