"""What visitors asked to have remembered: at most a hundred sentences each, recalled by relevance."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from libs.common.clock import Clock
from libs.embedding.embedder import Embedder, Vectors
from services.generation.conversations.conversation import Owner

MAX_FACTS = 100
MAX_RECALLED = 5
_RELEVANT = 0.25
"""Least cosine between a question and a fact that is recalled for it."""
_SAME = 0.93
"""Cosine from which a new fact says the same as an old one, and takes its place."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One sentence.

    Attributes:
        fact_id: Hash of its words.
        conversation_id: Where it was said.
        text: In the visitor's words.
        embedder: Identity of what made the vector.
        vector: Little-endian float32.
        stated_at: Seconds since the epoch.
    """

    fact_id: str
    conversation_id: str
    text: str
    embedder: str
    vector: bytes
    stated_at: float


class Facts(Protocol):
    """Keeps facts; every method blocks, and raises DependencyUnavailable where it cannot be done."""

    def of(self, owner: Owner) -> list[Fact]:
        """Returns the owner's facts, newest first."""
        ...

    def replace(self, owner: Owner, new: Sequence[Fact], gone: Sequence[str]) -> None:
        """Stores facts and deletes others, together; a fact of a conversation that is gone is passed over."""
        ...


class FactBook:
    """Learns and recalls; blocks, for a database and for the embedder.

    Args:
        facts: Where they are kept.
        embedder: Compares meanings.
        clock: Dates what is learned.
    """

    def __init__(self, facts: Facts, embedder: Embedder, clock: Clock) -> None:
        self._facts = facts
        self._embedder = embedder
        self._clock = clock

    def learn(self, owner: Owner, conversation_id: str, texts: Sequence[str]) -> None:
        """Takes in what was stated; what says the same as before, or is too much, gives way to it.

        Raises:
            DependencyUnavailable: The database is away.
        """
        known = self._facts.of(owner)
        vectors = self._embedder.embed_passages(texts)
        new = [self._fact(conversation_id, *pair) for pair in zip(texts, vectors, strict=True)]
        added = {fact.fact_id for fact in new}
        old = [fact for fact in known if fact.fact_id not in added]
        same = [fact.fact_id for fact in old if self._resembles(fact, vectors)]
        kept = [fact for fact in old if fact.fact_id not in same]
        surplus = [fact.fact_id for fact in kept[max(0, MAX_FACTS - len(added)) :]]
        self._facts.replace(owner, new, [*same, *surplus])

    def recall(self, owner: Owner, question: str) -> tuple[str, ...]:
        """Returns the facts that matter for a question, most relevant first.

        Raises:
            DependencyUnavailable: The database is away.
        """
        known = [fact for fact in self._facts.of(owner) if fact.embedder == self._embedder.identity]
        if not known:
            return ()
        closeness = np.stack([_vector(fact) for fact in known]) @ self._embedder.embed_query(question)
        order = np.argsort(-closeness, kind="stable")[:MAX_RECALLED]
        return tuple(known[place].text for place in order if closeness[place] >= _RELEVANT)

    def _fact(self, conversation_id: str, text: str, vector: Vectors) -> Fact:
        fact_id = hashlib.sha256(text.casefold().encode()).hexdigest()[:32]
        packed = vector.astype("<f4").tobytes()
        return Fact(fact_id, conversation_id, text, self._embedder.identity, packed, self._clock.now())

    def _resembles(self, fact: Fact, vectors: Vectors) -> bool:
        return fact.embedder == self._embedder.identity and bool((vectors @ _vector(fact)).max() >= _SAME)


def _vector(fact: Fact) -> Vectors:
    return np.frombuffer(fact.vector, dtype="<f4").astype(np.float32)
