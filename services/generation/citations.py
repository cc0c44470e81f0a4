"""Checks each cited sentence against its sources while the answer streams."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from libs.embedding.embedder import Embedder
from services.generation.claims import Claim
from services.generation.events import Citation
from services.generation.passage import Source
from services.generation.support import Support, SupportMeter, verbatim


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was found for a sentence.

    Attributes:
        support: Its support by the best source that it cites, 0 to 1.
        citations: One for each of them.
    """

    support: float
    citations: tuple[Citation, ...]


class CitationCheck:
    """Measures the support of citations in the order in which sentences end.

    Args:
        sources: The offered sources by number.
        embedder: Compares meanings.
        executor: Where that is computed, off the event loop.
        language: ISO 639-1 code of the answer's language.
        emit: Receives each citation as soon as it is checked.
    """

    def __init__(
        self,
        sources: Mapping[int, Source],
        embedder: Embedder,
        executor: Executor,
        language: str,
        emit: Callable[[Citation], object],
    ) -> None:
        self._sources = sources
        self._meter = SupportMeter(embedder, language)
        self._executor = executor
        self._emit = emit
        self._claims: asyncio.Queue[Claim | None] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        self._supports: list[float] = []
        self._uncited = 0
        self._sent: set[tuple[int, str]] = set()

    @property
    def supports(self) -> tuple[float, ...]:
        """Support of each sentence so far by the best source that it cites; 0 where it cites none."""
        return (*self._supports, *([0.0] * self._uncited))

    def unsupported(self, least: float) -> int:
        """How many of the checked sentences cite only sources that support them less than this, 0 to 1."""
        return sum(support < least for support in self._supports)

    def submit(self, claim: Claim) -> None:
        """Takes a finished sentence; checking goes on beside the stream."""
        if not claim.numbers:
            self._uncited += 1
            return
        self._claims.put_nowait(claim)
        if self._worker is None:
            self._worker = asyncio.create_task(self._work(), name="citation check")

    async def finish(self) -> None:
        """Waits until every sentence is checked; nothing may be submitted afterwards."""
        if self._worker is not None:
            self._claims.put_nowait(None)
            await self._worker

    def close(self) -> None:
        """Gives up what is not checked yet."""
        if self._worker is not None:
            self._worker.cancel()

    async def weigh(self, claim: Claim) -> Weighed:
        """Measures how well the sources that a sentence cites support it; nothing is told yet."""
        best, citations = 0.0, []
        for number in claim.numbers:
            found = await self._measure(claim.text, self._sources[number])
            best = max(best, found.value)
            citations.append(Citation(number, found.quote, round(found.value, 3)))
        return Weighed(best, tuple(citations))

    def accept(self, weighed: Weighed) -> None:
        """Tells the citations of a sentence, each once, and counts its support."""
        for citation in weighed.citations:
            if (citation.n, citation.quote) not in self._sent:
                self._sent.add((citation.n, citation.quote))
                self._emit(citation)
        self._supports.append(weighed.support)

    async def _work(self) -> None:
        while (claim := await self._claims.get()) is not None:
            self.accept(await self.weigh(claim))

    async def _measure(self, claim: str, source: Source) -> Support:
        exact = verbatim(claim, source)
        if exact is not None:
            return exact
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._meter.measure, claim, source)
