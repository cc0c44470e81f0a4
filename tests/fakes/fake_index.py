"""An index in memory that follows the port's words literally."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence

import numpy as np

from libs.embedding.embedder import Vectors
from services.retrieval.index import Hit, IndexFailure, Key, StoredPassage
from services.retrieval.passage import Passage
from services.retrieval.visibility import Condition


class FakeIndex:
    """Scores every passage that the condition admits.

    Its parts can be made to fail or to hang, and `nearest` to wait, through its attributes.
    """

    def __init__(self, passages: Iterable[tuple[Passage, Vectors]]) -> None:
        self._passages = [StoredPassage.of(passage, vector) for passage, vector in passages]
        self.at_once = False
        self.failing: set[str] = set()
        self.hanging: set[str] = set()
        self.gate: asyncio.Event | None = None
        self.waiting = asyncio.Event()
        self.closed = False

    async def nearest(self, vector: Vectors, condition: Condition, limit: int) -> list[Hit]:
        await self._check("nearest")
        if self.gate is not None:
            self.waiting.set()
            await self.gate.wait()
        return _best(
            (
                Hit(entry.passage.passage_id, float(np.dot(vector, entry.vector)))
                for entry in self._admitted(condition)
            ),
            limit,
        )

    async def keywords(self, text: str, condition: Condition, limit: int) -> list[Hit]:
        await self._check("keywords")
        wanted = set(re.findall(r"\w+", text.lower()))
        hits = (
            Hit(entry.passage.passage_id, float(len(wanted & _words(entry.passage))))
            for entry in self._admitted(condition)
        )
        return _best((hit for hit in hits if hit.score > 0), limit)

    async def hybrid(
        self, vector: Vectors, text: str, condition: Condition, limit: int
    ) -> tuple[list[Hit], list[Hit]]:
        await self._check("hybrid")
        return await self.nearest(vector, condition, limit), await self.keywords(text, condition, limit)

    async def fetch(self, keys: Sequence[Key], condition: Condition) -> dict[Key, StoredPassage]:
        await self._check("fetch")
        admitted = {entry.passage.passage_id: entry for entry in self._admitted(condition)}
        return {key: admitted[key] for key in keys if key in admitted}

    async def scan(self, tenant: str, after: str, limit: int) -> list[StoredPassage]:
        await self._check("scan")
        own = [e for e in self._passages if e.passage.tenant == tenant and e.passage.passage_id > after]
        return sorted(own, key=lambda entry: entry.passage.passage_id)[:limit]

    def close(self) -> None:
        self.closed = True

    def _admitted(self, condition: Condition) -> list[StoredPassage]:
        return [entry for entry in self._passages if condition.admits(entry.passage)]

    async def _check(self, part: str) -> None:
        if self.closed:
            raise IndexFailure("the index is closed")
        if part in self.hanging:
            await asyncio.Event().wait()
        if part in self.failing:
            raise IndexFailure(f"{part} fails")


def _words(passage: Passage) -> set[str]:
    return set(re.findall(r"\w+", passage.indexed_text.lower()))


def _best(hits: Iterable[Hit], limit: int) -> list[Hit]:
    return sorted(hits, key=lambda hit: (-hit.score, hit.key))[:limit]
