"""Keeps facts in SQL."""

from __future__ import annotations

from collections.abc import Sequence

from libs.common.database import Database, Value
from services.generation.conversations.conversation import Owner
from services.generation.conversations.fact_book import Fact

_OF = "SELECT * FROM facts WHERE tenant = :tenant AND subject = :subject ORDER BY stated_at DESC, fact_id"
_ADD = """
INSERT INTO facts (tenant, subject, fact_id, conversation_id, text, embedder, vector, stated_at)
SELECT :tenant, :subject, :fact_id, conversation_id, :text, :embedder, :vector, :stated_at FROM conversations
WHERE tenant = :tenant AND subject = :subject AND conversation_id = :conversation_id
ON CONFLICT (tenant, subject, fact_id) DO UPDATE SET conversation_id = excluded.conversation_id,
    text = excluded.text, embedder = excluded.embedder, vector = excluded.vector,
    stated_at = excluded.stated_at
"""
_DELETE = "DELETE FROM facts WHERE tenant = :tenant AND subject = :subject AND fact_id = :fact_id"


class SqlFacts:
    """A `Facts`; safe to call from several threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, owner: Owner) -> list[Fact]:
        """Returns the owner's facts, newest first."""
        with self._database.session() as session:
            rows = session.rows(_OF, _own(owner))
        return [
            Fact(
                fact_id=row["fact_id"],
                conversation_id=row["conversation_id"],
                text=row["text"],
                embedder=row["embedder"],
                vector=bytes(row["vector"]),
                stated_at=row["stated_at"],
            )
            for row in rows
        ]

    def replace(self, owner: Owner, new: Sequence[Fact], gone: Sequence[str]) -> None:
        """Stores facts and deletes others, together; a fact of a conversation that is gone is passed over."""
        own = _own(owner)
        with self._database.transaction() as session:
            session.change_each(_DELETE, [own | {"fact_id": fact_id} for fact_id in gone])
            session.change_each(_ADD, [own | _columns(fact) for fact in new])


def _own(owner: Owner) -> dict[str, Value]:
    return {"tenant": owner[0], "subject": owner[1]}


def _columns(fact: Fact) -> dict[str, Value]:
    return {
        "fact_id": fact.fact_id,
        "conversation_id": fact.conversation_id,
        "text": fact.text,
        "embedder": fact.embedder,
        "vector": fact.vector,
        "stated_at": fact.stated_at,
    }
