"""Finds the paragraphs, list items, table rows and code of a text, Markdown or plain.

Retrieval's parsers take the markup off, fences included, so code is also told by its looks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

UnitKind = Literal["sentence", "item", "row", "code"]

_FENCED = re.compile(
    r"^[ \t]*(```++|~~~++)[^\n]*+\n.*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_BLOCK = re.compile(r"(?:^[^\n]*\S[^\n]*(?:\n|\Z))+", re.MULTILINE)
_HEADING = re.compile(r"\s{0,3}#{1,6}\s")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)")
_ROW = re.compile(r".*\S\s+\|\s+\S|\s*\|.*\|\s*$")
_RULE = re.compile(r"[\s|:=*_-]*$")
# What a site generator would replace: includes, template tags, admonition fences, lone HTML tags.
_MACHINERY = re.compile(r"\s*(?:\{[%*#{].*[%*#}]\}|///.*|:::.*|!!!.*|<[^>]+>|<!--.*-->|\[[^\]]+\]:\s.*)\s*$")
_CODE_LINE = re.compile(
    r"\s*(?:\$ |>>> |\.\.\. |#!|[╭│╰├└]|@\w+|</?\w[^>]*>\s*$|[{}\[\]()]+[,;]?\s*$|"
    r"(?:from [\w.]+ import|import [\w.{*]+( as \w+)?;?$|(?:async )?def \w+|class \w+[(:]|"
    r"return\b.*[\w)\]}\"'];?$|"
    r"(?:if|for|while|with|elif|except|else|try)\b.*:$|"
    r"(?:pip|uv|npm|npx|yarn|docker|kubectl|git|curl|sudo|export|apt|brew|cd|make|python3?) [\w./\"'-]+|"
    r"(?:FROM|RUN|COPY|CMD|WORKDIR|ENV|EXPOSE|SELECT|INSERT|UPDATE|CREATE) \S|"
    r"[\w.\[\]\"'-]+ ?(?:=|:=|\+=) ?\S|[\w.]+\([^)]*\)[;:]?$|\"[\w-]+\": |"
    r"[\w-]+: [\w\"'\[{/.-]+$|-{1,2}[a-z][\w-]*[ =]|INFO:))|.*[{;(\[]$|\s{4,}\S"
)
_MOSTLY = 0.6
_HEADING_WORDS, _HEADING_CHARACTERS = 9, 80


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a text.

    Attributes:
        kind: What it is; prose of one paragraph or one list item is yet to be cut into sentences.
        start: First character.
        end: One past the last.
        block: Number of the paragraph, list, table or code that it belongs to.
        indent: Columns before a list item.
        heading: The heading in the text that it stands under; empty where there is none.
    """

    kind: UnitKind
    start: int
    end: int
    block: int = 0
    indent: int = 0
    heading: str = ""


def spans(text: str) -> tuple[Span, ...]:
    """Returns what holds words or code, in order; headings, rules and template tags are left out."""
    headings: dict[int, str] = {}
    found = list(_merged(text, _all(text, headings)))
    numbered: list[Span] = []
    block = -1
    for before, span in pairwise([None, *found]):
        assert span is not None
        joined = before is not None and before.kind == span.kind and before.block == span.block
        block += 0 if joined and span.kind in ("item", "row") else 1
        heading = headings.get(span.block, "")
        numbered.append(Span(span.kind, span.start, span.end, block, span.indent, heading))
    return tuple(numbered)


def _all(text: str, headings: dict[int, str]) -> Iterator[Span]:
    """Spans whose `block` numbers the stretches without a heading between them; notes their headings."""
    at = section = 0
    for fence in [*_FENCED.finditer(text), None]:
        for block in _BLOCK.finditer(text, at, fence.start() if fence else len(text)):
            if _is_heading(block[0]):
                section += 1
                headings[section] = block[0].strip().split("\n", 1)[0].lstrip("# ")
            yield from _in_block(text, block.start(), block.end(), section)
        if fence is not None:
            yield Span("code", fence.start(), fence.end(), section)
            at = fence.end()


def _is_heading(block: str) -> bool:
    """A short line on its own that does not end as statements do."""
    line = block.strip().rstrip("*_")
    if _HEADING.match(block):
        return True
    short = len(line.split()) <= _HEADING_WORDS and len(line) <= _HEADING_CHARACTERS
    bare = "\n" not in line and not _ITEM.match(line) and not _ROW.match(line) and not _CODE_LINE.match(line)
    return short and bare and line[-1:] not in ".!:;…。！\"”)»'’`"


def _in_block(text: str, start: int, end: int, section: int) -> Iterator[Span]:
    block = text[start:end]
    lines = [line for line in block.split("\n") if line.strip() and not _MACHINERY.match(line)]
    if not lines:
        return
    code_lines = sum(_CODE_LINE.match(line) is not None for line in lines)
    if _ITEM.match(lines[0]) is None and code_lines >= _MOSTLY * len(lines):
        yield Span("code", start, end, section)
    elif not (_is_heading(block) and len(lines) == 1):
        yield from _prose(text, start, end, section)


def _prose(text: str, start: int, end: int, section: int) -> Iterator[Span]:
    span: Span | None = None
    at = start
    for line in text[start:end].splitlines(keepends=True):
        begin, at = at, at + len(line)
        begun = _begin(line, begin, at, section)
        if span is not None and begun is not None and begun.kind == "sentence" and span.kind != "row":
            span = Span(span.kind, span.start, at, section, span.indent)  # a further line of it
            continue
        if span is not None:
            yield span
        span = begun
    if span is not None:
        yield span


def _begin(line: str, start: int, end: int, section: int) -> Span | None:
    """What a line begins, were it to begin something; None for a line without words."""
    if _HEADING.match(line) or _MACHINERY.match(line) or _RULE.match(line):
        return None
    if _ITEM.match(line):
        return Span("item", start, end, section, len(line) - len(line.lstrip()))
    return Span("row" if _ROW.match(line) else "sentence", start, end, section)


def _merged(text: str, found: Iterable[Span]) -> Iterator[Span]:
    """Code that only blank lines part is one piece."""
    code: Span | None = None
    for span in found:
        if code is not None and span.kind == "code" and not text[code.end : span.start].strip():
            code = Span("code", code.start, span.end, code.block)
            continue
        if code is not None:
            yield code
        code = span if span.kind == "code" else None
        if code is None:
            yield span
    if code is not None:
        yield code
