"""Deletes what tenants keep no longer."""

from __future__ import annotations

from typing import Protocol

from libs.common.database import Database, Value

GRAVE_SECONDS = 86_400.0
"""How long it is known that a conversation was deleted: longer than any answer takes."""

BATCH = 2000
"""Turns deleted in one transaction, so that none takes longer than a statement may."""

_TURNS = """
DELETE FROM turns WHERE (tenant, subject, query_id) IN (
    SELECT tenant, subject, query_id FROM turns WHERE tenant = :tenant AND asked_at < :before
    ORDER BY asked_at LIMIT :batch)
"""
_EMPTY = """
DELETE FROM conversations WHERE tenant = :tenant AND created_at < :before AND NOT EXISTS (
    SELECT 1 FROM turns t WHERE t.tenant = conversations.tenant AND t.subject = conversations.subject
        AND t.conversation_id = conversations.conversation_id)
"""
# What stays behind of a conversation tells nothing of the turns that have left it.
_YOUNGER = """
UPDATE conversations SET summary = '', summarised = 0,
    title = (SELECT substr(t.question, 1, 80) FROM turns t WHERE t.tenant = conversations.tenant
        AND t.subject = conversations.subject AND t.conversation_id = conversations.conversation_id
        ORDER BY t.seq LIMIT 1),
    created_at = (SELECT min(t.asked_at) FROM turns t WHERE t.tenant = conversations.tenant
        AND t.subject = conversations.subject AND t.conversation_id = conversations.conversation_id)
WHERE tenant = :tenant AND created_at < :before
"""
_FACTS = "DELETE FROM facts WHERE tenant = :tenant AND stated_at < :before"
_GRAVES = "DELETE FROM deleted_conversations WHERE deleted_at < :before"


class Expiry(Protocol):
    """Deletes what is too old; every method blocks, and raises DependencyUnavailable."""

    def tenants(self) -> list[str]:
        """Returns the tenants of which something is kept."""
        ...

    def expire(self, tenant: str, before: float) -> int:
        """Deletes a tenant's turns from before a moment with all that came of them; returns how many."""
        ...

    def clear_graves(self, before: float) -> None:
        """Forgets that conversations were deleted before a moment."""
        ...


class SqlExpiry:
    """An `Expiry` in SQL.

    Args:
        database: Generation's database.
        batch: Turns deleted in one transaction.
    """

    def __init__(self, database: Database, batch: int = BATCH) -> None:
        self._database = database
        self._batch = batch

    def tenants(self) -> list[str]:
        """Returns the tenants of which something is kept."""
        with self._database.session() as session:
            return [row["tenant"] for row in session.rows("SELECT DISTINCT tenant FROM conversations")]

    def expire(self, tenant: str, before: float) -> int:
        """Deletes a tenant's turns from before a moment with all that came of them; returns how many."""
        expired = 0
        while True:
            turns = self._expire_some(tenant, before)
            expired += turns
            if turns < self._batch:
                return expired

    def clear_graves(self, before: float) -> None:
        """Forgets that conversations were deleted before a moment."""
        with self._database.session() as session:
            session.change(_GRAVES, {"before": before})

    def _expire_some(self, tenant: str, before: float) -> int:
        values: dict[str, Value] = {"tenant": tenant, "before": before}
        with self._database.transaction() as session:
            turns = session.change(_TURNS, values | {"batch": self._batch})
            for statement in (_FACTS, _EMPTY, _YOUNGER):
                session.change(statement, values)
        return turns
