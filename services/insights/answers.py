"""Answer records as they are kept: checked when they come, narrowed when they are read."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from libs.common.answer_record import AnswerRecord
from libs.common.errors import InvalidRequest

FINISHES = ("stop", "length", "refusal", "clarify", "stopped", "abandoned", "error")

MAX_QUESTION_BYTES = 4096
MAX_SOURCES = 100
MAX_PAGE = 500
DEFAULT_PAGE = 50

_QUERY_ID = re.compile(r"q_[A-Za-z0-9_-]{20,64}")
_MANIFEST_ID = re.compile(r"([0-9a-f]{64})?")
_WORD_CHARS = 200


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """A record with what insights knows besides.

    Attributes:
        record: The record.
        subject_hash: Names the visitor without naming them.
        recorded_at: Seconds since the epoch.
        vote: The visitor's `up` or `down`; empty without one.
    """

    record: AnswerRecord
    subject_hash: str
    recorded_at: float
    vote: str = ""


@dataclass(frozen=True, slots=True)
class AnswerFilter:
    """Which records; everything that is set must hold.

    Attributes:
        refused: Only refused ones.
        needs_review: Only ones that a person should look at.
        voted_down: Only ones that a visitor voted down.
        failed: Only ones that failed.
        confidence_below: Only answers with less confidence, 0 to 1; 0 means any.
        since: Only ones recorded since, seconds since the epoch.
    """

    refused: bool = False
    needs_review: bool = False
    voted_down: bool = False
    failed: bool = False
    confidence_below: float = 0.0
    since: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended: when its last record was made, and its id."""

    recorded_at: float
    query_id: str


class AnswerStore(Protocol):
    """Keeps answer records; its methods block, and raise DependencyUnavailable when they cannot."""

    def add(self, tenant: str, subject_hash: str, record: AnswerRecord) -> bool:
        """Makes a record durable; returns whether its query_id was recorded for the tenant before."""
        ...

    def page(
        self, tenant: str, wanted: AnswerFilter, after: Place | None, limit: int
    ) -> Sequence[KeptAnswer]:
        """Returns records newest first, those that follow a place."""
        ...

    def expire(self, before: float, limit: int) -> int:
        """Removes up to so many records that are older; returns how many there were."""
        ...

    def close(self) -> None:
        """Lets go of the database."""
        ...


def check_record(record: AnswerRecord) -> None:
    """Checks what a service sent.

    Raises:
        InvalidRequest: Something is out of bounds; the error names the field.
    """
    versions, latencies, spent = record.versions, record.latencies, record.spent
    _require(_QUERY_ID.fullmatch(record.query_id), "record.query_id", "Give the query_id (q_...).")
    _require(record.finish in FINISHES, "record.finish", f"Give one of {', '.join(FINISHES)}.")
    size = len(record.question.encode())
    _require(size <= MAX_QUESTION_BYTES, "record.question", f"Give at most {MAX_QUESTION_BYTES} bytes.")
    _require("\x00" not in record.question, "record.question", "Remove the NUL character.")
    _require(_MANIFEST_ID.fullmatch(versions.manifest_id), "record.versions", "Give a manifest_id, or none.")
    words = (
        record.conversation_id, record.language, record.intent, record.refusal_kind, record.error_kind,
        record.region, *record.degradations, versions.variant, versions.model_version, versions.model,
        versions.prompt_version, versions.policy_version, versions.retrieval_profile, versions.index_version,
        *(source.passage_id for source in record.sources),
    )  # fmt: skip
    fits = all(len(word) <= _WORD_CHARS and "\x00" not in word for word in words)
    _require(fits, "record", f"Give names of at most {_WORD_CHARS} characters without NUL.")
    _require(len(record.sources) <= MAX_SOURCES, "record.sources", f"Give at most {MAX_SOURCES}.")
    _require(len(record.degradations) <= MAX_SOURCES, "record.degradations", f"Give at most {MAX_SOURCES}.")
    shares = (
        record.confidence,
        record.intent_confidence,
        record.support,
        *(s.support for s in record.sources),
    )
    _require(all(0 <= share <= 1 for share in shares), "record", "Give confidence and support from 0 to 1.")
    amounts = (
        latencies.retrieval_ms, latencies.first_token_ms, latencies.model_ms, latencies.total_ms,
        spent.prompt_tokens, spent.completion_tokens, spent.cost_usd,
    )  # fmt: skip
    _require(all(math.isfinite(a) and a >= 0 for a in amounts), "record", "Give amounts of at least 0.")


def checked_filter(wanted: AnswerFilter, page_size: int) -> int:
    """Checks which records are asked for; returns how many.

    Raises:
        InvalidRequest: Something is out of bounds; the error names the field.
    """
    _require(0 <= page_size <= MAX_PAGE, "page_size", f"Ask for 1 to {MAX_PAGE}, or 0 for {DEFAULT_PAGE}.")
    _require(0 <= wanted.confidence_below <= 1, "confidence_below", "Give 0 to 1.")
    _require(wanted.since >= 0, "since_ms", "Give milliseconds since the epoch.")
    return page_size or DEFAULT_PAGE


def _require(holds: object, field: str, detail: str) -> None:
    if not holds:
        raise InvalidRequest(detail, field=field)
