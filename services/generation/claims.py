"""Cuts a streaming answer into sentences and remembers which sources each cites."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.generation.sentences import ends_sentence, sentence_spans

# A sentence may have ended, after the first group: whether it has is for `sentence_spans` to say.
_BOUNDARY = re.compile(r"([.!?…][\"'”’»)\]*_`]*)(?=\s+\S)|[。！？]")
_OVERLAP = 12
"""Characters that are looked at again when more text comes, since a boundary may straddle the seam."""
_HEADING = re.compile(r"#{1,6} [^\n]*|\*\*[^*\n]{1,200}\*\*:?")
_FEWEST_LETTERS = 3
_LONGEST = 2000
"""Characters after which a sentence has ended, whatever it says: what checks it reads it whole."""


def opens_code(line: str) -> bool:
    """Whether a line opens or closes a block of code."""
    return line.lstrip().startswith(("```", "~~~"))


def is_heading(line: str) -> bool:
    """Whether a line is only a heading, or set in bold as one."""
    return bool(_HEADING.fullmatch(line.strip()))


def is_claim(sentence: str) -> bool:
    """Whether a sentence says anything."""
    return sum(character.isalpha() for character in sentence) >= _FEWEST_LETTERS


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of the answer with the numbers of the sources that it cites."""

    text: str
    numbers: tuple[int, ...]


class ClaimReader:
    """Reads text and citation markers in the order of the stream and yields each sentence as it ends.

    A marker belongs to the sentence before it, on either side of the full stop: `A [1]. B. [2]`.
    Code is no claim, nor is a line that is only a heading or set in bold as one.
    """

    def __init__(self) -> None:
        self._text = ""
        self._searched = 0
        self._marks: list[tuple[int, int]] = []
        self._fenced = False

    def text(self, text: str) -> Iterator[Claim]:
        """Takes more text; yields the sentences that it completes."""
        *lines, rest = text.split("\n")
        for line in lines:
            self._text += line
            yield from self._line()
        self._text += rest
        if self._has_ended():
            yield from self._complete()
        if len(self._text) > _LONGEST and not opens_code(self._text):
            yield from self._line()
        self._searched = max(0, len(self._text) - _OVERLAP)

    def marker(self, number: int) -> None:
        """Takes a citation marker."""
        self._marks.append((len(self._text), number))

    def end(self) -> Iterator[Claim]:
        """Yields what is left at the end of the answer."""
        yield from self._line()

    def _line(self) -> Iterator[Claim]:
        if opens_code(self._text):
            self._fenced = not self._fenced
        elif not self._fenced and not is_heading(self._text):
            yield from self._claims(list(sentence_spans(self._text)), len(self._text))
        self._text, self._searched, self._marks = "", 0, []

    def _has_ended(self) -> bool:
        """Whether what came last ends a sentence; all that came before was looked at then."""
        text = self._text
        return any(
            match[1] is None or ends_sentence(text, 0, match.end(1), len(text))
            for match in _BOUNDARY.finditer(text, self._searched)
        )

    def _complete(self) -> Iterator[Claim]:
        """Yields all sentences but the last, which may go on."""
        spans = [] if self._fenced else list(sentence_spans(self._text))
        if len(spans) > 1:
            cut = spans[-1][0]
            yield from self._claims(spans[:-1], cut)
            self._marks = [(at - cut, number) for at, number in self._marks if at > cut]
            self._text = self._text[cut:]

    def _claims(self, spans: list[tuple[int, int]], until: int) -> Iterator[Claim]:
        after = -1
        following = [start for start, _ in spans[1:]] + [until]
        for (start, end), upto in zip(spans, following, strict=False):
            numbers = dict.fromkeys(number for at, number in self._marks if after < at <= upto)
            after = upto
            text = self._text[start:end]
            if is_claim(text):
                yield Claim(text, tuple(numbers))
