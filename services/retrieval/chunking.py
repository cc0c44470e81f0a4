"""Cuts a parsed document into the stretches that become passages, along its structure."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from services.retrieval.parsed_document import Block, ParsedDocument
from services.retrieval.sentences import cut, spans


@dataclass(frozen=True, slots=True)
class ChunkSize:
    """Sizes, in tokens of the embedder.

    Attributes:
        most: A chunk's text has at most so many.
        least: Smaller neighbours are joined up to here, where the structure allows.
        window: Text, title and headings together should have at most so many.
    """

    most: int = 220
    least: int = 24
    window: int = 254


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a document's text.

    Attributes:
        start: First character.
        end: One past the last character.
        heading_path: The headings above it, outermost first, without one that repeats the title.
        anchor: Fragment that leads to it, or "".
        tokens: Its size, at least the embedder's tokens.

    A table that does not fit is cut between its rows. The parts after the first carry its header row as
    their innermost heading: so it is embedded and shown with them, while their text stays a stretch of
    the document.
    """

    start: int
    end: int
    heading_path: tuple[str, ...]
    anchor: str
    tokens: int


@dataclass(frozen=True, slots=True)
class _Atom:
    """What is not cut: a block that fits, else its lines or sentences.

    `header` is the first row of the table of which this is another one, else "".
    """

    start: int
    end: int
    tokens: int
    header: str = ""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A chunk in the making.

    `opens` tells that nothing but headings stands between the innermost heading and `start`.
    """

    start: int
    end: int
    tokens: int
    heads: tuple[Block, ...]
    opens: bool
    anchor: str
    header: str


_MOST_OF_HEADER = 1 / 3
"""Share of a passage that the header row of a table may take where it is repeated."""
_CHARACTERS_A_TOKEN = 8
"""A word of any length may be one unknown token; so many characters count as one at least."""


class Chunker:
    """Cuts documents.

    Args:
        count_tokens: Tokens that the embedder sees in a text, its special ones included.
        size: How large chunks are to be.
    """

    def __init__(self, count_tokens: Callable[[str], int], size: ChunkSize | None = None) -> None:
        self._count = count_tokens
        self._size = size or ChunkSize()
        self._special: int | None = None

    def chunks(self, parsed: ParsedDocument) -> list[Chunk]:
        """Returns the chunks in the order of the text; they do not overlap, and none is only headings.

        Sections keep to themselves. Blocks stay whole where they fit; a longer one is cut between its
        lines or sentences into parts of about the same size. Small sections are joined with their
        neighbours below the same heading; sections of level 1 and 2 only if both are small.
        """
        drafts: list[_Draft] = []
        for heads, blocks in _sections(parsed):
            budget = self._budget(parsed, heads)
            atoms = [atom for block in blocks for atom in self._atoms(parsed.text, block, budget)]
            headers = {atom.header for atom in atoms}
            room = budget - max((self._measure(header) for header in headers), default=0)
            drafts.extend(_drafts(parsed.text, heads, _packed(parsed.text, atoms, room)))
        joined = self._joined(parsed, drafts)
        return [_chunk(parsed, draft) for draft in joined if _has_words(parsed.text[draft.start : draft.end])]

    def _measure(self, text: str) -> int:
        if self._special is None:
            self._special = self._count("")
        return max(self._count(text) - self._special, math.ceil(len(text) / _CHARACTERS_A_TOKEN))

    def _budget(self, parsed: ParsedDocument, heads: Sequence[Block]) -> int:
        above = self._measure(" ".join([parsed.title, *(parsed.text[h.start : h.end] for h in heads)]))
        return max(self._size.most // 2, min(self._size.most, self._size.window - above))

    def _atoms(self, text: str, block: Block, budget: int) -> list[_Atom]:
        longest = budget * _CHARACTERS_A_TOKEN
        whole = text[block.start : block.end]
        if len(whole) <= longest:
            tokens = self._measure(whole)
            if tokens <= budget:
                return [_Atom(block.start, block.end, tokens)]
        header = self._header(whole, budget) if block.kind == "table" else ""
        room = budget - self._measure(header) if header else budget
        atoms: list[_Atom] = []
        for start, end in spans(whole, block.kind, longest):
            atoms.extend(self._fitting(text, block.start + start, block.start + end, room))
        return [atoms[0], *(replace(atom, header=header) for atom in atoms[1:])]

    def _header(self, table: str, budget: int) -> str:
        """Returns a table's first row; "" if it would take too much of each part's room."""
        header = table.partition("\n")[0]
        short = len(header) <= _MOST_OF_HEADER * budget * _CHARACTERS_A_TOKEN
        return header if short and self._measure(header) <= _MOST_OF_HEADER * budget else ""

    def _fitting(self, text: str, start: int, end: int, budget: int) -> list[_Atom]:
        """Cuts a sentence or line that is longer than a whole chunk."""
        tokens = self._measure(text[start:end])
        if tokens <= budget or end - start < 2:
            return [_Atom(start, end, tokens)]
        longest = max(1, math.ceil((end - start) / math.ceil(tokens / budget)))
        longest = min(longest, end - start - 1)
        return [atom for s, e in cut(text, start, end, longest) for atom in self._fitting(text, s, e, budget)]

    def _joined(self, parsed: ParsedDocument, drafts: Sequence[_Draft]) -> list[_Draft]:
        joined: list[_Draft] = []
        for draft in drafts:
            before = joined[-2].end if len(joined) > 1 else 0
            both = self._union(parsed, joined[-1], draft, before) if joined else None
            if both is None:
                joined.append(draft)
            else:
                joined[-1] = both
        return joined

    def _union(self, parsed: ParsedDocument, first: _Draft, second: _Draft, before: int) -> _Draft | None:
        """Returns two neighbours as one, or None if they are to stay apart.

        Args:
            parsed: The document.
            first: A draft.
            second: The one after it.
            before: Where the text before `first` ends.
        """
        shared = _shared(first.heads, second.heads)
        crossed = second.heads[shared:]
        if not self._may_join(first, second, crossed):
            return None
        lost = first.heads[shared:]
        if lost and not (first.opens and lost[0].start >= before):
            return None  # its heading stands elsewhere and would be missing from path and text
        between = sum(self._measure(parsed.text[h.start : h.end]) for h in (*lost, *crossed))
        tokens = first.tokens + second.tokens + between
        heads = first.heads[:shared]
        if tokens + self._measure(first.header) > self._budget(parsed, heads):
            return None
        return replace(
            first,
            start=lost[0].start if lost else first.start,
            end=second.end,
            tokens=tokens,
            heads=heads,
            anchor=(lost[0].anchor if lost else "") or first.anchor,
        )

    def _may_join(self, first: _Draft, second: _Draft, crossed: Sequence[Block]) -> bool:
        least = self._size.least
        if any(heading.level <= 2 for heading in crossed):
            return first.tokens < least and second.tokens < least
        return first.tokens < least or second.tokens < least


def _sections(parsed: ParsedDocument) -> list[tuple[tuple[Block, ...], list[Block]]]:
    """Returns what stands below each heading, with the headings above it."""
    sections: list[tuple[tuple[Block, ...], list[Block]]] = [((), [])]
    heads: tuple[Block, ...] = ()
    for block in parsed.blocks:
        if block.kind == "heading":
            heads = (*(head for head in heads if head.level < block.level), block)
            sections.append((heads, []))
        else:
            sections[-1][1].append(block)
    return [section for section in sections if section[1]]


def _packed(text: str, atoms: Sequence[_Atom], budget: int) -> list[list[_Atom]]:
    """Groups atoms into as few chunks as they need, of about the same size."""
    groups: list[list[_Atom]] = []
    left = sum(atom.tokens for atom in atoms)
    held = 0
    for atom in atoms:
        target = (held + left) / math.ceil((held + left) / budget) if held + left else 0
        if not groups or held + atom.tokens > budget or held + atom.tokens / 2 > target:
            groups.append([])
            held = 0
        groups[-1].append(atom)
        held += atom.tokens
        left -= atom.tokens
    _keep_lead_ins(text, groups, budget)
    return groups


def _keep_lead_ins(text: str, groups: list[list[_Atom]], budget: int) -> None:
    """Moves a last line such as "You need:" to what it announces."""
    for group, following in pairwise(groups):
        last = group[-1]
        room = budget - sum(atom.tokens for atom in following)
        if len(group) > 1 and text[last.end - 1] == ":" and last.tokens <= room:
            following.insert(0, group.pop())


def _drafts(text: str, heads: tuple[Block, ...], groups: Sequence[Sequence[_Atom]]) -> list[_Draft]:
    anchor = next((head.anchor for head in reversed(heads) if head.anchor), "")
    return [
        _Draft(
            start=group[0].start,
            end=group[-1].end,
            tokens=sum(atom.tokens for atom in group),
            heads=heads,
            opens=position == 0,
            anchor=anchor,
            header=group[0].header,
        )
        for position, group in enumerate(groups)
    ]


def _shared(first: Sequence[Block], second: Sequence[Block]) -> int:
    """Returns how many headings two paths have in common."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one.start != other.start:
            break
        count += 1
    return count


def _chunk(parsed: ParsedDocument, draft: _Draft) -> Chunk:
    path = tuple(parsed.text[head.start : head.end] for head in draft.heads)
    if path and path[0] == parsed.title:
        path = path[1:]
    if draft.header:
        path = (*path, draft.header)
    return Chunk(draft.start, draft.end, path, draft.anchor, draft.tokens)


def _has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)
