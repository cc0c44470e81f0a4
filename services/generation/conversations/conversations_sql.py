"""Keeps conversations in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import orjson

from libs.common.clock import Clock
from libs.common.database import Database, Row, Session, Value
from services.generation.conversations.conversation import (
    Conversation,
    Entry,
    Owner,
    Pages,
    Place,
    StoredTurn,
    title_of,
)
from services.generation.events import Citation, SourceCard

_ENTER = """
INSERT INTO conversations (tenant, subject, conversation_id, title, language, variant, created_at, updated_at,
    last_seq) VALUES (:tenant, :subject, :id, :title, :language, :variant, :at, :at, 1)
ON CONFLICT (tenant, subject, conversation_id) DO UPDATE SET last_seq = conversations.last_seq + 1,
    language = excluded.language, variant = excluded.variant,
    updated_at = CASE WHEN excluded.updated_at > conversations.updated_at THEN excluded.updated_at
        ELSE conversations.updated_at END
RETURNING last_seq
"""
_LEAVE = """
UPDATE conversations SET last_seq = last_seq - 1
WHERE tenant = :tenant AND subject = :subject AND conversation_id = :id
"""
_EMPTY = """
DELETE FROM conversations
WHERE tenant = :tenant AND subject = :subject AND conversation_id = :id AND last_seq = 0
"""
_DELETE = """
DELETE FROM conversations WHERE tenant = :tenant AND subject = :subject AND conversation_id = :id
"""
_BURY = """
INSERT INTO deleted_conversations (tenant, subject, conversation_id, deleted_at)
VALUES (:tenant, :subject, :id, :at)
ON CONFLICT (tenant, subject, conversation_id) DO UPDATE SET deleted_at = excluded.deleted_at
"""
_BURIED = """
SELECT 1 AS v FROM deleted_conversations
WHERE tenant = :tenant AND subject = :subject AND conversation_id = :id AND deleted_at >= :at
"""
_STORED = """
SELECT 1 AS v FROM turns WHERE tenant = :tenant AND subject = :subject AND query_id = :query_id
"""
_ADD = """
INSERT INTO turns (tenant, subject, conversation_id, seq, query_id, question, standalone, answer, finish,
    refusal_kind, language, variant, manifest_id, sources, citations, asked_at)
VALUES (:tenant, :subject, :id, :seq, :query_id, :question, :standalone, :answer, :finish, :refusal_kind,
    :language, :variant, :manifest_id, :sources, :citations, :at)
"""
_HEAD = """
SELECT c.*, (SELECT count(*) FROM turns t WHERE t.tenant = c.tenant AND t.subject = c.subject
    AND t.conversation_id = c.conversation_id) AS turns
FROM conversations c WHERE tenant = :tenant AND subject = :subject AND conversation_id = :id
"""
_LIST = """
SELECT c.*, (SELECT count(*) FROM turns t WHERE t.tenant = c.tenant AND t.subject = c.subject
    AND t.conversation_id = c.conversation_id) AS turns
FROM conversations c WHERE tenant = :tenant AND subject = :subject
    AND (updated_at < :at OR (updated_at = :at AND conversation_id < :id))
ORDER BY updated_at DESC, conversation_id DESC LIMIT :limit
"""
_RECENT = """
SELECT seq, query_id, question, standalone, answer, finish, refusal_kind, language, variant, manifest_id,
    asked_at, '[]' AS sources, '[]' AS citations
FROM turns WHERE tenant = :tenant AND subject = :subject AND conversation_id = :id
ORDER BY seq DESC LIMIT :limit
"""
_AFTER = """
SELECT * FROM turns WHERE tenant = :tenant AND subject = :subject AND conversation_id = :id AND seq > :after
ORDER BY seq LIMIT :limit
"""
_SUMMARISE = """
UPDATE conversations SET summary = :summary, summarised = :through
WHERE tenant = :tenant AND subject = :subject AND conversation_id = :id AND summarised < :through
"""


class SqlConversations:
    """A `Conversations`; safe to call from several threads.

    Args:
        database: Generation's database.
        clock: Tells when a conversation was deleted.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, entries: Sequence[Entry]) -> None:
        """Stores turns durably, once each, however often they come."""
        # In one order everywhere: two transactions with the same conversations never wait for each other.
        ordered = sorted(entries, key=lambda entry: (entry.owner, entry.conversation_id))
        with self._database.transaction() as session:
            for entry in ordered:
                _add(session, entry)

    def recent(self, owner: Owner, conversation_id: str, limit: int) -> Pages | None:
        """Returns the latest turns, without sources and citations; None where the owner has no such one."""
        this = _this(owner, conversation_id)
        with self._database.session() as session:
            head = _head(session, this)
            rows = session.rows(_RECENT, this | {"limit": limit}) if head else ()
        return Pages(head, tuple(_turn(row) for row in reversed(rows))) if head else None

    def list(self, owner: Owner, limit: int, before: Place | None) -> list[Conversation]:
        """Returns the owner's conversations, last used first, from the first one after a place."""
        at, last = before or (float("inf"), "")
        values = _this(owner, last) | {"at": at, "limit": limit}
        with self._database.session() as session:
            return [_conversation(row) for row in session.rows(_LIST, values)]

    def get(self, owner: Owner, conversation_id: str, limit: int, after: int) -> Pages | None:
        """Returns a conversation's turns past a number, or None where the owner has no such conversation."""
        this = _this(owner, conversation_id)
        with self._database.session() as session:
            head = _head(session, this)
            rows = session.rows(_AFTER, this | {"after": after, "limit": limit}) if head else ()
        return Pages(head, tuple(_turn(row) for row in rows)) if head else None

    def delete(self, owner: Owner, conversation_id: str) -> bool:
        """Deletes a conversation with all that came of it; returns whether there was one."""
        this = _this(owner, conversation_id)
        now = {"at": self._clock.now()}
        with self._database.transaction() as session:
            # Entering the row first makes a turn wait that is being stored, or this wait for it.
            blank: dict[str, Value] = {"title": "", "language": "", "variant": ""}
            (row,) = session.rows(_ENTER, this | now | blank)
            session.change(_BURY, this | now)
            session.change(_DELETE, this)
        return bool(row["last_seq"] > 1)

    def summarise(self, owner: Owner, conversation_id: str, summary: str, through: int) -> None:
        """Keeps what the turns up to a number said; nothing where the conversation is gone."""
        values = _this(owner, conversation_id) | {"summary": summary, "through": through}
        with self._database.session() as session:
            session.change(_SUMMARISE, values)


def _this(owner: Owner, conversation_id: str) -> dict[str, Value]:
    return {"tenant": owner[0], "subject": owner[1], "id": conversation_id}


def _add(session: Session, entry: Entry) -> None:
    turn, this = entry.turn, _this(entry.owner, entry.conversation_id)
    if session.rows(_STORED, this | {"query_id": turn.query_id}):
        return
    values: dict[str, Value] = this | {
        "at": turn.asked_at,
        "language": turn.language,
        "variant": turn.variant,
    }
    (row,) = session.rows(_ENTER, values | {"title": title_of(turn.question)})
    if session.rows(_BURIED, values):
        session.change(_LEAVE, this)
        session.change(_EMPTY, this)
        return
    session.change(_ADD, values | _columns(turn) | {"seq": row["last_seq"]})


def _columns(turn: StoredTurn) -> dict[str, Value]:
    return {
        "query_id": turn.query_id,
        "question": turn.question,
        "standalone": turn.standalone,
        "answer": turn.answer,
        "finish": turn.finish,
        "refusal_kind": turn.refusal_kind,
        "manifest_id": turn.manifest_id,
        "sources": orjson.dumps(turn.sources).decode(),
        "citations": orjson.dumps(turn.citations).decode(),
    }


def _head(session: Session, this: dict[str, Value]) -> Conversation | None:
    rows = session.rows(_HEAD, this)
    return _conversation(rows[0]) if rows else None


def _conversation(row: Row) -> Conversation:
    return Conversation(
        conversation_id=row["conversation_id"],
        title=row["title"],
        language=row["language"],
        variant=row["variant"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
        turns=row["turns"],
        summary=row["summary"],
        summarised=row["summarised"],
    )


def _turn(row: Row) -> StoredTurn:
    sources: list[dict[str, Any]] = orjson.loads(row["sources"])
    citations: list[dict[str, Any]] = orjson.loads(row["citations"])
    return StoredTurn(
        query_id=row["query_id"],
        question=row["question"],
        standalone=row["standalone"],
        answer=row["answer"],
        finish=row["finish"],
        refusal_kind=row["refusal_kind"],
        language=row["language"],
        variant=row["variant"],
        manifest_id=row["manifest_id"],
        sources=tuple(SourceCard(**_known(source, SourceCard)) for source in sources),
        citations=tuple(Citation(**_known(citation, Citation)) for citation in citations),
        asked_at=row["asked_at"],
        seq=row["seq"],
    )


def _known(stored: dict[str, Any], kind: type[SourceCard | Citation]) -> dict[str, Any]:
    # Another version may have stored more than this one knows.
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in stored.items() if name in names}
