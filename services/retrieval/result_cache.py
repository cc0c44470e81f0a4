"""Results of searches, for the moment in which many ask the same."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain

from cachetools import TTLCache

from libs.common.clock import Clock
from libs.common.manifest import Profile
from libs.common.metrics import CACHE_BYTES, CACHE_LOOKUPS
from services.retrieval.found_passage import FoundPassage
from services.retrieval.passage import Passage
from services.retrieval.search_plan import LANGUAGE
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import SearchResult
from services.retrieval.visibility import Condition

DEFAULT_BYTES = 32 * 1024 * 1024
SECONDS = 30.0
"""How long a result is kept. It is never out of date: the content's revision is part of its key."""
_PASSAGE_BYTES = 1000
"""What a passage costs besides its longer texts: ids, scores, and the objects that hold them."""
_ENTRY_BYTES = 1000
"""What an entry costs besides texts and passages."""
_NAME = "search_results"


@dataclass(frozen=True, slots=True)
class ResultKey:
    """All that a result depends on.

    Attributes:
        condition: Tenant, access and filter: what the caller may see of it.
        query: What was asked.
        profile: How it was searched.
        content: What was searched: index version, content revision, embedder.
    """

    condition: Condition
    query: SearchQuery
    profile: Profile
    content: str


class ResultCache:
    """Remembers whole results, bounded in bytes.

    Args:
        clock: Tells when a result has been kept long enough.
        most_bytes: What may be held; the least recently used leaves first.
    """

    def __init__(self, clock: Clock, most_bytes: int = DEFAULT_BYTES) -> None:
        self._results: TTLCache[ResultKey, tuple[SearchResult, int]] = TTLCache(
            most_bytes, SECONDS, timer=clock.monotonic, getsizeof=lambda entry: entry[1]
        )

    def get(self, key: ResultKey) -> SearchResult | None:
        """Returns the result of a search that was done lately."""
        entry = self._results.get(key)
        CACHE_LOOKUPS.labels(_NAME, "miss" if entry is None else "hit").inc()
        return entry[0] if entry else None

    def holds(self, key: ResultKey) -> bool:
        """Whether a search would be answered from here; counts as no lookup."""
        return key in self._results

    def keep(self, key: ResultKey, result: SearchResult) -> None:
        """Remembers a result, unless it went without anything that the next one may have."""
        if set(result.degradations) - {LANGUAGE}:
            return
        with suppress(ValueError):  # larger than the whole cache
            self._results[key] = (result, _asked_bytes(key) + _found_bytes(result))
        CACHE_BYTES.labels(_NAME).set(self._results.currsize)


def _asked_bytes(key: ResultKey) -> int:
    """What a key holds: a filter alone may have two hundred thousand bytes, with nothing found by it."""
    query, visible, wanted = key.query, key.condition.visible, key.condition.filter
    singles = (query.text, query.profile, query.page_url, query.page_token, wanted.uri_prefix)
    lists = (visible.access, wanted.document_ids, wanted.tags_any, wanted.tags_all)
    return _ENTRY_BYTES + _bytes(chain(singles, *lists))


def _found_bytes(result: SearchResult) -> int:
    """What a result holds; of joined passages, the whole and its parts."""
    passages = [passage for found in result.passages for passage in _held(found)]
    return sum(
        _PASSAGE_BYTES
        + _bytes((each.text, each.uri, each.url, each.title, *each.heading_path, *each.tags, *each.access))
        for each in passages
    )


def _held(found: FoundPassage) -> tuple[Passage, ...]:
    return (found.passage, *(part.passage for part in found.parts))


def _bytes(texts: Iterable[str]) -> int:
    return sum(map(sys.getsizeof, texts))
