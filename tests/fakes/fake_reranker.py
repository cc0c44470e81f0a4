"""A re-ranking model that counts the question's words, and does what a test wants."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence


class FakeReranker:
    """Scores a text by a table, else by the share of the question's words that it holds.

    Attributes:
        texts: What it was shown.
        failure: What it raises.
        before: Called before each batch, for instance to let time pass.
        go_on: Until it is set, every batch waits.
    """

    window = 64

    def __init__(self, table: Mapping[str, float] | None = None) -> None:
        self._table = table or {}
        self.texts: list[str] = []
        self.failure: Exception | None = None
        self.before: Callable[[], object] = lambda: None
        self.busy = 0
        self.go_on = threading.Event()
        self.go_on.set()

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        self.busy += 1
        self.before()
        assert self.go_on.wait(10)
        if self.failure:
            raise self.failure
        self.texts += texts
        return [self._score(query, text) for text in texts]

    def _score(self, query: str, text: str) -> float:
        for words, score in self._table.items():
            if words in text:
                return score
        wanted = set(query.lower().split())
        return len(wanted & set(text.lower().split())) / len(wanted)
