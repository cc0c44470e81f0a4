"""Finds the answer that an editor approved for a question."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import numpy as np

from libs.common.clock import Clock
from libs.common.curated import CuratedAnswer
from libs.common.errors import CausewayError
from libs.common.logs import logger
from libs.embedding.embedder import Embedder, Vectors
from services.generation.same_question import may_share, normalised
from services.generation.turn import Turn

log = logger(__name__)

LEAST_SIMILARITY = 0.88
"""Cosine of two questions from which on they may share an answer: chosen on one half of pairs of customers'
questions for at most 1 % of wrong pairs, and reported on the other: `python -m evals curated`."""

_BOOKS = 64
_BATCH = 16
"""Questions embedded at once, so that sentences of running answers get their turn in between."""


class Curator(Protocol):
    """Knows curated answers."""

    async def find(self, turn: Turn, question: str) -> CuratedAnswer | None:
        """Returns the approved answer to a question that its visitor may have, or None."""
        ...

    def usable(self, turn: Turn) -> Sequence[CuratedAnswer]:
        """Returns every answer that the visitor may have today."""
        ...


class Uncurated:
    """Knows none."""

    async def find(self, turn: Turn, question: str) -> CuratedAnswer | None:
        """Returns None."""
        return None

    def usable(self, turn: Turn) -> Sequence[CuratedAnswer]:
        """Returns none."""
        return ()


@dataclass(slots=True)
class _Book:
    """The curated answers of one manifest.

    Attributes:
        asked: Every question with its answer.
        exact: Places in `asked` by normalised question.
        vectors: The questions' vectors in that order; None until they are made.
        making: Makes them.
    """

    asked: tuple[tuple[str, CuratedAnswer], ...]
    exact: dict[str, list[int]]
    vectors: Vectors | None = None
    making: asyncio.Task[None] | None = field(default=None, repr=False)


class CuratedAnswers:
    """A `Curator` over the manifests' curated answers: equal questions first, then very similar ones.

    A manifest's questions are embedded once, in the background: until then only equal ones are found.

    Args:
        embedder: Compares questions.
        executor: Where that is computed.
        clock: Says which day it is.
        books: Manifests whose questions are kept.
    """

    def __init__(self, embedder: Embedder, executor: Executor, clock: Clock, books: int = _BOOKS) -> None:
        self._embedder = embedder
        self._executor = executor
        self._clock = clock
        self._most = books
        self._books: OrderedDict[str, _Book] = OrderedDict()

    async def find(self, turn: Turn, question: str) -> CuratedAnswer | None:
        """Returns the approved answer to a question that its visitor may have, or None."""
        if not turn.manifest.curated:
            return None
        book = self._book(turn)
        for place in book.exact.get(normalised(question), ()):
            if self._usable(book.asked[place][1], turn):
                return book.asked[place][1]
        if book.vectors is None:
            return None
        loop = asyncio.get_running_loop()
        vector = await loop.run_in_executor(self._executor, self._embedder.embed_query, question)
        for known, answer in _similar(book, book.vectors @ vector):
            if self._usable(answer, turn) and may_share(question, known):
                return answer
        return None

    def usable(self, turn: Turn) -> Sequence[CuratedAnswer]:
        """Returns every answer that the visitor may have today."""
        return tuple(answer for answer in turn.manifest.curated if self._usable(answer, turn))

    async def ready(self, turn: Turn) -> None:
        """Waits until the questions of the turn's manifest are embedded."""
        making = self._book(turn).making
        if making is not None:
            await asyncio.wait({making})

    def _book(self, turn: Turn) -> _Book:
        key = turn.question.manifest_id
        book = self._books.get(key)
        if book is None:
            book = self._books[key] = _book(turn.manifest.curated)
            if len(self._books) > self._most:
                self._books.popitem(last=False)
        self._books.move_to_end(key)
        if book.vectors is None and (book.making is None or book.making.done()):
            book.making = asyncio.create_task(self._embed(book), name="curated questions")
        return book

    async def _embed(self, book: _Book) -> None:
        loop, texts = asyncio.get_running_loop(), [question for question, _ in book.asked]
        embed = self._embedder.embed_passages
        try:
            parts = [
                await loop.run_in_executor(self._executor, embed, texts[begin : begin + _BATCH])
                for begin in range(0, len(texts), _BATCH)
            ]
        except CausewayError as error:  # the next question tries again
            log.warning("curated_questions_not_embedded", reason=str(error))
        else:
            book.vectors = np.concatenate(parts)

    def _usable(self, answer: CuratedAnswer, turn: Turn) -> bool:
        today = datetime.fromtimestamp(self._clock.now(), UTC).date()
        current = answer.expires_at is None or today < answer.expires_at
        return current and (not answer.access or not turn.caller.access.isdisjoint(answer.access))


def _book(answers: Sequence[CuratedAnswer]) -> _Book:
    asked = tuple((question, answer) for answer in answers for question in answer.questions)
    exact: dict[str, list[int]] = {}
    for place, (question, _) in enumerate(asked):
        exact.setdefault(normalised(question), []).append(place)
    return _Book(asked, exact)


def _similar(book: _Book, similarities: Vectors) -> Iterator[tuple[str, CuratedAnswer]]:
    """Yields questions that are similar enough, the most similar first."""
    for place in np.argsort(-similarities, kind="stable"):
        if similarities[place] < LEAST_SIMILARITY:
            return
        yield book.asked[place]
