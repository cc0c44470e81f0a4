"""A caller's own filter: what a passage must be like to be found, within its limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from libs.common.clock import rfc3339
from libs.common.errors import InvalidRequest
from services.retrieval.passage import Passage

MAX_FILTER_VALUES = 100
MAX_VALUE_BYTES = 2048


@dataclass(frozen=True, slots=True)
class PassageFilter:
    """Conditions that a passage must meet, all of them; one that exists is within its limits.

    Attributes:
        document_ids: Only these documents; none means every document.
        uri_prefix: Only documents whose uri starts so; empty means every document.
        tags_any: Only documents that carry at least one of these tags.
        tags_all: Only documents that carry all of these tags.
        language: Only passages in this language, e.g. `en`; empty means every language.
        updated_from: Only documents that changed at this time or later, RFC 3339; kept in UTC, whole seconds.
        updated_before: Only documents that changed before this time, likewise.

    Raises:
        InvalidRequest: A part is outside its limits; names the field.
    """

    document_ids: tuple[str, ...] = ()
    uri_prefix: str = ""
    tags_any: tuple[str, ...] = ()
    tags_all: tuple[str, ...] = ()
    language: str = ""
    updated_from: str = ""
    updated_before: str = ""

    def __post_init__(self) -> None:
        values = [*self.document_ids, *self.tags_any, *self.tags_all]
        singles = (self.uri_prefix, self.language, self.updated_from, self.updated_before)
        if len(values) + sum(map(bool, singles)) > MAX_FILTER_VALUES:
            raise InvalidRequest(f"A filter has at most {MAX_FILTER_VALUES} values.", field="filter")
        for name in ("document_ids", "tags_any", "tags_all"):
            if any(not _is_short(value) or not value for value in getattr(self, name)):
                raise InvalidRequest("A value is empty or too long.", field=f"filter.{name}")
        for name in ("uri_prefix", "language"):
            if not _is_short(getattr(self, name)):
                raise InvalidRequest(
                    f"The value is longer than {MAX_VALUE_BYTES} bytes.", field=f"filter.{name}"
                )
        object.__setattr__(self, "language", self.language.strip().lower().replace("_", "-"))
        for name in ("updated_from", "updated_before"):
            object.__setattr__(self, name, _in_utc(getattr(self, name), f"filter.{name}"))

    def admits(self, passage: Passage) -> bool:
        """Whether a passage meets it; what every index has to agree with."""
        return (
            (not self.document_ids or passage.document_id in self.document_ids)
            and passage.uri.startswith(self.uri_prefix)
            and (not self.tags_any or not set(self.tags_any).isdisjoint(passage.tags))
            and set(self.tags_all) <= set(passage.tags)
            and (not self.language or passage.language == self.language)
            and self._admits_time(passage.updated_at)
        )

    def _admits_time(self, updated_at: str) -> bool:
        if not self.updated_from and not self.updated_before:
            return True
        # Both are RFC 3339 in UTC with whole seconds, so their order as texts is their order in time.
        return bool(
            updated_at
            and updated_at >= self.updated_from
            and (not self.updated_before or updated_at < self.updated_before)
        )


def _is_short(value: str) -> bool:
    return len(value.encode("utf-8", "surrogatepass")) <= MAX_VALUE_BYTES


def _in_utc(text: str, field: str) -> str:
    if not text:
        return ""
    refusal = InvalidRequest(
        "The time is not RFC 3339 with a time zone, e.g. 2026-01-31T12:00:00Z.", field=field
    )
    try:
        moment = datetime.fromisoformat(text)
        normal = rfc3339(moment.timestamp())
    except (ValueError, OverflowError):
        raise refusal from None
    if moment.tzinfo is None:
        raise refusal
    return normal
