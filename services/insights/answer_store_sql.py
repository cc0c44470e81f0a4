"""Keeps answer records in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

import orjson

from libs.common.answer_record import AnswerRecord, Latencies, RecordedSource, Spent, Versions
from libs.common.clock import Clock
from libs.common.database import Database, Row, Value
from services.insights.answers import AnswerFilter, KeptAnswer, Place

_PLAIN = (
    "query_id", "conversation_id", "question", "language", "intent", "intent_confidence", "finish",
    "refusal_kind", "error_kind", "confidence", "support", "region",
)  # fmt: skip
_PARTS: dict[str, type[Versions | Latencies | Spent]] = {
    "versions": Versions,
    "latencies": Latencies,
    "spent": Spent,
}
_COLUMNS = (
    "tenant_id", "subject_hash", "recorded_at", "needs_review", "sources", "degradations", *_PLAIN,
    *(field.name for part in _PARTS.values() for field in fields(part)),
)  # fmt: skip

_INSERT = (
    f"INSERT INTO answer_records ({', '.join(_COLUMNS)})"  # noqa: S608 - of the names above
    f" VALUES ({', '.join(f':{column}' for column in _COLUMNS)})"
    " ON CONFLICT (tenant_id, query_id) DO NOTHING"
)
_DOWN = (
    "EXISTS (SELECT 1 FROM feedback f WHERE f.tenant_id = a.tenant_id AND f.query_id = a.query_id"
    " AND f.vote = 'down')"
)
_VOTE = (
    "coalesce((SELECT min(f.vote) FROM feedback f WHERE f.tenant_id = a.tenant_id"
    " AND f.query_id = a.query_id), '')"  # down comes before up
)
_EXPIRE = (
    "DELETE FROM answer_records WHERE (tenant_id, query_id) IN"
    " (SELECT tenant_id, query_id FROM answer_records WHERE recorded_at < :before"
    " ORDER BY recorded_at LIMIT :most)"
)


class SqlAnswerStore:
    """One table.

    Args:
        database: The schema of this service, migrated; the store's own.
        clock: Dates what is recorded.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, tenant: str, subject_hash: str, record: AnswerRecord) -> bool:
        """Makes a record durable; returns whether its query_id was recorded for the tenant before."""
        values: dict[str, Value] = {name: getattr(record, name) for name in _PLAIN}
        for part in _PARTS:
            values |= asdict(getattr(record, part))
        values |= {
            "tenant_id": tenant,
            "subject_hash": subject_hash,
            "recorded_at": self._clock.now(),
            "needs_review": int(record.needs_review),
            "sources": orjson.dumps([asdict(source) for source in record.sources]).decode(),
            "degradations": orjson.dumps(record.degradations).decode(),
        }
        with self._database.session() as session:
            return session.change(_INSERT, values) == 0

    def page(
        self, tenant: str, wanted: AnswerFilter, after: Place | None, limit: int
    ) -> Sequence[KeptAnswer]:
        """Returns records newest first, those that follow a place."""
        conditions, values = _conditions(wanted, after)
        sql = (
            f"SELECT {', '.join(f'a.{column}' for column in _COLUMNS)}, {_VOTE} AS vote"  # noqa: S608
            f" FROM answer_records a WHERE {' AND '.join(conditions)}"
            " ORDER BY a.recorded_at DESC, a.query_id DESC LIMIT :most"
        )
        with self._database.session() as session:
            rows = session.rows(sql, {**values, "tenant": tenant, "most": limit})
        return [_kept(row) for row in rows]

    def expire(self, before: float, limit: int) -> int:
        """Removes up to so many records that are older; returns how many there were."""
        with self._database.session() as session:
            return session.change(_EXPIRE, {"before": before, "most": limit})

    def close(self) -> None:
        """Lets go of the database."""
        self._database.close()


def _conditions(wanted: AnswerFilter, after: Place | None) -> tuple[list[str], dict[str, Value]]:
    conditions = ["a.tenant_id = :tenant", "a.recorded_at >= :since"]
    values: dict[str, Value] = {"since": wanted.since}
    for asked, condition in (
        (wanted.refused, "a.finish = 'refusal'"),
        (wanted.needs_review, "a.needs_review = 1"),
        (wanted.failed, "a.finish = 'error'"),
        (wanted.voted_down, _DOWN),
    ):
        if asked:
            conditions.append(condition)
    if wanted.confidence_below:
        conditions.append("a.finish IN ('stop', 'length') AND a.confidence < :below")
        values["below"] = wanted.confidence_below
    if after is not None:
        conditions.append("(a.recorded_at < :at OR (a.recorded_at = :at AND a.query_id < :last))")
        values |= {"at": after.recorded_at, "last": after.query_id}
    return conditions, values


def _kept(row: Row) -> KeptAnswer:
    record = AnswerRecord(
        **{name: row[name] for name in _PLAIN},
        needs_review=bool(row["needs_review"]),
        sources=tuple(RecordedSource(**source) for source in orjson.loads(row["sources"])),
        degradations=tuple(orjson.loads(row["degradations"])),
        versions=Versions(**{each.name: row[each.name] for each in fields(Versions)}),
        latencies=Latencies(**{each.name: row[each.name] for each in fields(Latencies)}),
        spent=Spent(**{each.name: row[each.name] for each in fields(Spent)}),
    )
    return KeptAnswer(record, row["subject_hash"], row["recorded_at"], row["vote"])
