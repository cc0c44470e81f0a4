"""A document as its parser leaves it: plain text in blocks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.retrieval.document_metadata import Metadata
from services.retrieval.reasons import REASONS, Code

Kind = Literal["heading", "paragraph", "list", "table", "code", "quote"]

MAX_TITLE_CHARACTERS = 300

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff]")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{2,}")


class Unreadable(Exception):
    """A document that cannot become passages; the message is the reason, for its owner.

    Args:
        code: The reason as one word.
        reason: What is wrong, and what to do about it.
    """

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code: Code = code

    @property
    def state(self) -> Literal["skipped", "failed"]:
        """skipped when there is nothing to index, failed when something is wrong."""
        return REASONS[self.code].state


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the text that belongs together.

    Attributes:
        kind: What it is.
        start: First character.
        end: One past the last character.
        level: 1 to 6 for headings, else 0.
        anchor: Fragment that leads to it in the source, without `#`; may be empty.
        page: Page or slide on which it begins, from 1; 0 where the source has none.
        turns: Where it goes on on another page, and on which.
    """

    kind: Kind
    start: int
    end: int
    level: int = 0
    anchor: str = ""
    page: int = 0
    turns: tuple[tuple[int, int], ...] = ()

    def page_at(self, position: int) -> int:
        """Returns the page of a character of it."""
        return next((page for start, page in reversed(self.turns) if start <= position), self.page)


@dataclass(frozen=True, slots=True)
class ParsedDocument:
    """A parsed document.

    Attributes:
        title: Its title; may be empty.
        text: Normalised plain text (NFC, `\\n` line ends), to which all offsets refer.
        blocks: In the order of the text, apart from each other by blank lines.
        metadata: What the document says about itself, but for its title.
        titled: The title is its own, not made of its name.
        links: Where it links to, as it stands there.
        anchors: The fragments that lead into it, besides those of its headings.
    """

    title: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata = Metadata()
    titled: bool = True
    links: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


class DocumentWriter:
    """Puts a parsed document together, block by block.

    Attributes:
        page: The page or slide of what is added next, from 1; 0 where there are none.
    """

    def __init__(self) -> None:
        self.page = 0
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0

    def heading(self, text: str, level: int, anchor: str = "") -> None:
        """Adds a heading, on one line."""
        self._add("heading", single_line(text), level, anchor)

    def block(self, kind: Kind, text: str, turns: Sequence[tuple[int, int]] = ()) -> None:
        """Adds a block; blank lines inside stay in code only. An empty one is left out.

        Args:
            kind: What it is.
            text: Its text.
            turns: Where in the text it goes on on another page, and on which.
        """
        tidy = clean(text)
        if kind == "code":
            tidy = "\n".join(line.rstrip() for line in tidy.split("\n")).strip("\n")
        else:
            tidy = _BLANK_LINES.sub("\n", "\n".join(line.rstrip() for line in tidy.split("\n"))).strip()
        self._add(kind, tidy, turns=turns)

    def finish(self, title: str = "") -> ParsedDocument:
        """Returns the document; without a title the first heading of level 1 gives it."""
        text = "".join(self._parts)
        named = single_line(title)
        if not named:
            tops = (text[b.start : b.end] for b in self._blocks if b.kind == "heading" and b.level == 1)
            named = next(tops, "")
        return ParsedDocument(named[:MAX_TITLE_CHARACTERS], text, tuple(self._blocks))

    def _add(
        self,
        kind: Kind,
        text: str,
        level: int = 0,
        anchor: str = "",
        turns: Sequence[tuple[int, int]] = (),
    ) -> None:
        if not text.strip():
            return
        if self._parts:
            self._parts.append("\n\n")
            self._length += 2
        start = self._length
        self._parts.append(text)
        self._length += len(text)
        turned = tuple((start + offset, page) for offset, page in turns)
        self._blocks.append(Block(kind, start, self._length, level, anchor, self.page, turned))


def clean(text: str) -> str:
    """Returns text in NFC without control and zero-width characters, with `\\n` line ends."""
    even = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", even))


def collapsed(text: str) -> str:
    """Returns text with each run of spaces made one; line breaks stay."""
    return _SPACES.sub(" ", text)


def single_line(text: str) -> str:
    """Returns text on one line, without surrounding space."""
    return " ".join(clean(text).split())
