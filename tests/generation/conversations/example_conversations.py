"""Turns that the tests of conversations share."""

from __future__ import annotations

import dataclasses
from typing import Any

from services.generation.conversations.conversation import Entry, Owner, StoredTurn
from services.generation.conversations.fact_book import Fact
from services.generation.events import Citation, SourceCard
from tests.fakes.fake_embedder import FakeEmbedder

ANA: Owner = ("acme", "ana")
BOB: Owner = ("acme", "bob")
OTHER: Owner = ("rival", "ana")
BEGAN = 1_000_000.0

CARD = SourceCard(
    1, "p-1", "House rules", "https://example.org/house", "Meals", "Tea is served at four.", 0.9
)


def turn(number: int = 1, **changes: Any) -> StoredTurn:
    """The turn of a number: asked as many seconds after the beginning."""
    made = StoredTurn(
        query_id=f"q_{number:024d}",
        question=f"Question {number}?",
        standalone=f"Question {number} about tea?",
        answer=f"Answer {number} [1].",
        finish="stop",
        refusal_kind="",
        language="en",
        variant="stable",
        manifest_id="1" * 64,
        sources=(CARD,),
        citations=(Citation(1, "Tea is served at four.", 0.9),),
        asked_at=BEGAN + number,
    )
    return dataclasses.replace(made, **changes)


def entry(number: int = 1, owner: Owner = ANA, conversation_id: str = "c_1", **changes: Any) -> Entry:
    """The same, of somebody's conversation."""
    return Entry(owner, conversation_id, turn(number, **changes))


def fact(text: str, conversation_id: str = "c_1", stated_at: float = BEGAN) -> Fact:
    """A fact as the book would write it."""
    embedder = FakeEmbedder()
    vector = embedder.embed_query(text).astype("<f4").tobytes()
    return Fact(text.casefold(), conversation_id, text, embedder.identity, vector, stated_at)
