"""The text of an answer on its way from the model to the log."""

from __future__ import annotations

from typing import Protocol

from services.generation.answer_log import AnswerLog
from services.generation.citations import CitationCheck
from services.generation.claims import ClaimReader
from services.generation.events import Delta
from services.generation.markers import MarkerFilter, Part
from services.generation.opening import OpeningGuard
from services.generation.passage import Source
from services.generation.tally import Tally


class Drafting(Protocol):
    """Takes the text of an answer while a model writes it."""

    @property
    def sent(self) -> bool:
        """Whether any text went out; from then on there is no way back."""
        ...

    def restart(self) -> None:
        """Begins anew for another model; only while nothing was sent."""
        ...

    def write(self, text: str) -> None:
        """Takes a piece of the model's text; raises NotInSources where the model says so."""
        ...

    def end(self) -> None:
        """Notes that the model is done."""
        ...

    async def finish(self) -> None:
        """Waits until every sentence is checked; raises NotInSources where none was left."""
        ...

    def close(self) -> None:
        """Gives up what is not checked yet."""
        ...


class Draft:
    """Releases a model's text as soon as it may be seen, and has its citations checked.

    Args:
        log: Takes the text.
        sources: What may be cited.
        check: Takes each sentence as it ends.
        tally: Notes the first text and the cited numbers.
    """

    def __init__(
        self, log: AnswerLog, sources: tuple[Source, ...], check: CitationCheck, tally: Tally
    ) -> None:
        self._log = log
        self._numbers = frozenset(source.n for source in sources)
        self._check = check
        self._tally = tally
        self._sent = False
        self.restart()

    @property
    def sent(self) -> bool:
        """Whether any text went out; from then on there is no way back."""
        return self._sent

    def restart(self) -> None:
        """Begins anew for another model; only while nothing was sent."""
        assert not self._sent, "text that was sent is never retracted"
        self._opening = OpeningGuard()
        self._markers = MarkerFilter(self._numbers)
        self._claims = ClaimReader()

    def write(self, text: str) -> None:
        """Takes a piece of the model's text.

        Raises:
            NotInSources: The model says that the sources do not answer.
        """
        opened = self._opening.feed(text)
        if opened:
            self._release(self._markers.feed(opened))

    def end(self) -> None:
        """Releases what was held back."""
        self._release(self._markers.feed(self._opening.flush()))
        self._release(self._markers.flush())
        for claim in self._claims.end():
            self._check.submit(claim)

    async def finish(self) -> None:
        """Waits until every sentence is checked."""
        await self._check.finish()

    def close(self) -> None:
        """Gives up what is not checked yet."""
        self._check.close()

    def _release(self, parts: list[Part]) -> None:
        text = "".join(part if isinstance(part, str) else f"[{part}]" for part in parts)
        if not text:
            return
        if not self._sent and not text.strip():
            return
        self._tally.text_sent()
        self._log.append(Delta(text))
        self._sent = True
        for part in parts:
            self._read(part)

    def _read(self, part: Part) -> None:
        if isinstance(part, int):
            self._claims.marker(part)
            if part not in self._tally.cited:
                self._tally.cited.append(part)
            return
        for claim in self._claims.text(part):
            self._check.submit(claim)
