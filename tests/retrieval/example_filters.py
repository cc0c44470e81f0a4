"""Passages and filters that hypothesis draws, with values that meet often enough to matter."""

from __future__ import annotations

import os

from hypothesis import strategies as st

from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.visibility import Condition, Visibility
from tests.retrieval.example_passages import example

CASES = int(os.environ.get("CAUSEWAY_TEST_FILTER_CASES", "2000"))
"""How many conditions are drawn for an engine; a quarter for each way to the cluster, which has one filter."""

TENANTS = ("acme", "globex")
ACCESS = ("staff", "board", "*", "acme")
TAGS = ("api", "v1", "v2", "ü", "access", "staff")
URIS = ("a.md", "a/b.md", "a/b/c.md", "A/b.md", "b%.md", "_")
LANGUAGES = ("", "en", "de")
TIMES = ("", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z")


def corpus() -> list[Passage]:
    """Forty passages in which every value occurs, alone and with others."""
    return [
        example(
            f"word text {n}",
            tenant=TENANTS[n % 2],
            uri=f"{n % 3}{URIS[n % len(URIS)]}" if n % 4 == 0 else URIS[n % len(URIS)],
            access=tuple(tag for place, tag in enumerate(ACCESS) if n >> 1 & 1 << place and n % 3),
            tags=tuple(tag for place, tag in enumerate(TAGS) if n & 1 << place),
            language=LANGUAGES[n % len(LANGUAGES)],
            updated_at=TIMES[n % len(TIMES)],
        )
        for n in range(40)
    ]


def _some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values) | st.text(min_size=1, max_size=4), max_size=3).map(tuple)


visibilities = st.builds(
    Visibility,
    tenant=st.sampled_from((*TENANTS, "nobody", "")),
    access=st.frozensets(st.sampled_from((*ACCESS, "tenant", "")), max_size=4),
)

_document_ids = tuple(passage.document_id for passage in corpus())

filters = st.builds(
    PassageFilter,
    document_ids=st.one_of(st.just(()), _some(_document_ids)),
    uri_prefix=st.sampled_from(("", "a", "a/", "a/b", "A", "b%", "_", "%", "1", "\x00", "ü")),
    tags_any=st.one_of(st.just(()), _some(TAGS)),
    tags_all=st.one_of(st.just(()), _some(TAGS)),
    language=st.sampled_from((*LANGUAGES, "EN", "xx")),
    updated_from=st.sampled_from(TIMES),
    updated_before=st.sampled_from((*TIMES, "2026-06-01T14:00:01+02:00")),
)

conditions = st.builds(Condition, visibilities, filters)
