"""The text of an answer of which only what its sources support goes out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.generation.answer_log import AnswerLog
from services.generation.chat_model import NotInSources
from services.generation.citations import CitationCheck
from services.generation.claims import Claim, is_claim, is_heading, opens_code
from services.generation.events import Delta
from services.generation.markers import MarkerFilter, Part
from services.generation.opening import OpeningGuard
from services.generation.passage import Source
from services.generation.sentences import sentence_spans
from services.generation.tally import Tally


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a line, with its markers; and its claim, if it makes one."""

    raw: str
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class _Line:
    pieces: tuple[_Piece, ...]
    ends: bool


class CheckedDraft:
    """Holds each line until it is checked, and leaves out sentences that cite what does not support them.

    Sentences that cite nothing pass, and count as unsupported in the answer's confidence, as ever.

    Args:
        log: Takes the text.
        sources: What may be cited.
        check: Measures sentences.
        tally: Notes the first text and the cited numbers.
        least: Support of a sentence, 0 to 1, below which it is left out.
    """

    def __init__(
        self, log: AnswerLog, sources: tuple[Source, ...], check: CitationCheck, tally: Tally, least: float
    ) -> None:
        self._log = log
        self._numbers = frozenset(source.n for source in sources)
        self._check = check
        self._tally = tally
        self._least = least
        self._lines: asyncio.Queue[_Line | None] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._began = False
        self.left_out = 0
        self.restart()

    @property
    def sent(self) -> bool:
        """Whether a line is on its way out; from then on there is no way back."""
        return self._worker is not None

    def restart(self) -> None:
        """Begins anew for another model; only while nothing was sent."""
        assert not self.sent, "text that was sent is never retracted"
        self._opening = OpeningGuard()
        self._markers = MarkerFilter(self._numbers)
        self._line: list[Part] = []
        self._fenced = False

    def write(self, text: str) -> None:
        """Takes a piece of the model's text.

        Raises:
            NotInSources: The model says that the sources do not answer.
        """
        opened = self._opening.feed(text)
        if opened:
            self._take(self._markers.feed(opened))

    def end(self) -> None:
        """Has the last line checked."""
        self._take(self._markers.feed(self._opening.flush()))
        self._take(self._markers.flush())
        if self._line:
            self._submit(ends=False)

    async def finish(self) -> None:
        """Waits until every sentence is checked.

        Raises:
            NotInSources: Nothing of the answer was left.
        """
        if self._worker is not None:
            self._lines.put_nowait(None)
            await self._worker
        if not self._began:
            raise NotInSources

    def close(self) -> None:
        """Gives up what is not checked yet."""
        if self._worker is not None:
            self._worker.cancel()
        self._check.close()

    def _take(self, parts: list[Part]) -> None:
        for part in parts:
            if isinstance(part, int):
                self._line.append(part)
                continue
            *lines, rest = part.split("\n")
            for line in lines:
                self._line.append(line)
                self._submit(ends=True)
            if rest:
                self._line.append(rest)

    def _submit(self, *, ends: bool) -> None:
        line, self._line = self._line, []
        visible = "".join(part for part in line if isinstance(part, str))
        as_it_stands = self._fenced or opens_code(visible) or is_heading(visible)
        if opens_code(visible):
            self._fenced = not self._fenced
        pieces = (_Piece(_raw(line), None),) if as_it_stands else _pieces(line, visible)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name="checked draft")
        self._lines.put_nowait(_Line(pieces, ends))

    async def _work(self) -> None:
        while (line := await self._lines.get()) is not None:
            shown = not line.pieces or not any(piece.raw for piece in line.pieces)
            for piece in line.pieces:
                shown = await self._show(piece) or shown
            if line.ends and shown:
                self._release("\n")

    async def _show(self, piece: _Piece) -> bool:
        claim = piece.claim
        if claim is None or not claim.numbers:
            if claim is not None:
                self._check.submit(claim)
            self._release(piece.raw)
            return True
        weighed = await self._check.weigh(claim)
        if weighed.support < self._least:
            self.left_out += 1
            return False
        self._release(piece.raw)
        self._tally.cited += [number for number in claim.numbers if number not in self._tally.cited]
        self._check.accept(weighed)
        return True

    def _release(self, text: str) -> None:
        if text and (self._began or text.strip()):
            self._began = True
            self._tally.text_sent()
            self._log.append(Delta(text))


def _raw(parts: Sequence[Part]) -> str:
    return "".join(part if isinstance(part, str) else f"[{part}]" for part in parts)


def _pieces(line: Sequence[Part], visible: str) -> tuple[_Piece, ...]:
    """Cuts a line into its sentences; a marker belongs to the one before it, on either side of its end."""
    spans = list(sentence_spans(visible))
    if not spans:
        return (_Piece(_raw(line), None),)
    cuts = [start for start, _ in spans[1:]] + [len(visible)]
    pieces: list[_Piece] = []
    parts, at = list(line), 0
    for (start, end), cut in zip(spans, cuts, strict=True):
        own, parts, at = _until(parts, at, cut)
        text = visible[start:end]
        numbers = tuple(dict.fromkeys(part for part in own if isinstance(part, int)))
        pieces.append(_Piece(_raw(own), Claim(text, numbers) if is_claim(text) else None))
    return tuple(pieces)


def _until(parts: list[Part], at: int, cut: int) -> tuple[list[Part], list[Part], int]:
    """Splits parts where their text reaches a place; markers at that very place stay in front."""
    own: list[Part] = []
    for index, part in enumerate(parts):
        if isinstance(part, int):
            own.append(part)
        elif at + len(part) <= cut:
            own.append(part)
            at += len(part)
        else:
            here = cut - at
            return [*own, part[:here]], [part[here:], *parts[index + 1 :]], cut
    return own, [], at
