"""Results of searches, for the moment in which many ask the same."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import dataclass

from cachetools import TTLCache

from libs.common.clock import Clock
from libs.common.manifest import Profile
from libs.common.metrics import CACHE_BYTES, CACHE_LOOKUPS
from services.retrieval.search_plan import LANGUAGE
from services.retrieval.search_query import SearchQuery
from services.retrieval.search_result import SearchResult
from services.retrieval.visibility import Condition

DEFAULT_BYTES = 32 * 1024 * 1024
SECONDS = 30.0
"""How long a result is kept. It is never out of date: the content's revision is part of its key."""
_PASSAGE_BYTES = 1200
"""What a passage costs besides its text: ids, titles, headings, scores, and the objects that hold them."""
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
        self._results: TTLCache[ResultKey, SearchResult] = TTLCache(
            most_bytes, SECONDS, timer=clock.monotonic, getsizeof=_size
        )

    def get(self, key: ResultKey) -> SearchResult | None:
        """Returns the result of a search that was done lately."""
        result = self._results.get(key)
        CACHE_LOOKUPS.labels(_NAME, "miss" if result is None else "hit").inc()
        return result

    def holds(self, key: ResultKey) -> bool:
        """Whether a search would be answered from here; counts as no lookup."""
        return key in self._results

    def keep(self, key: ResultKey, result: SearchResult) -> None:
        """Remembers a result, unless it went without anything that the next one may have."""
        if set(result.degradations) - {LANGUAGE}:
            return
        with suppress(ValueError):  # larger than the whole cache
            self._results[key] = result
        CACHE_BYTES.labels(_NAME).set(self._results.currsize)


def _size(result: SearchResult) -> int:
    texts = sum(sys.getsizeof(found.passage.text) + _PASSAGE_BYTES for found in result.passages)
    return texts + _PASSAGE_BYTES
