"""A store of answer records in memory."""

from __future__ import annotations

from collections.abc import Sequence

from libs.common.answer_record import AnswerRecord
from libs.common.clock import Clock
from services.insights.answers import AnswerFilter, KeptAnswer, Place


class FakeAnswerStore:
    """Remembers records until the test ends; votes are put in by hand."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.kept: dict[tuple[str, str], KeptAnswer] = {}
        self.votes: dict[tuple[str, str], str] = {}

    def add(self, tenant: str, subject_hash: str, record: AnswerRecord) -> bool:
        key = (tenant, record.query_id)
        known = key in self.kept
        self.kept.setdefault(key, KeptAnswer(record, subject_hash, self._clock.now()))
        return known

    def page(
        self, tenant: str, wanted: AnswerFilter, after: Place | None, limit: int
    ) -> Sequence[KeptAnswer]:
        mine = [
            KeptAnswer(kept.record, kept.subject_hash, kept.recorded_at, self.votes.get(key, ""))
            for key, kept in self.kept.items()
            if key[0] == tenant
        ]
        ordered = sorted(mine, key=_place, reverse=True)
        if after is not None:
            ordered = [each for each in ordered if _place(each) < (after.recorded_at, after.query_id)]
        return [each for each in ordered if _matches(each, wanted)][:limit]

    def expire(self, before: float, limit: int) -> int:
        old = [key for key, kept in self.kept.items() if kept.recorded_at < before][:limit]
        for key in old:
            del self.kept[key]
        return len(old)

    def close(self) -> None:
        pass


def _place(kept: KeptAnswer) -> tuple[float, str]:
    return kept.recorded_at, kept.record.query_id


def _matches(kept: KeptAnswer, wanted: AnswerFilter) -> bool:
    record = kept.record
    below = wanted.confidence_below
    return (
        kept.recorded_at >= wanted.since
        and (not wanted.refused or record.finish == "refusal")
        and (not wanted.failed or record.finish == "error")
        and (not wanted.needs_review or record.needs_review)
        and (not wanted.voted_down or kept.vote == "down")
        and (not below or (record.finish in ("stop", "length") and record.confidence < below))
    )
