"""Passages and filters that hypothesis draws, with values that meet often enough to matter."""

from __future__ import annotations

import os
from typing import TypeVar

from hypothesis import strategies as st

from services.retrieval.passage import Passage
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.visibility import Condition, Visibility
from tests.retrieval.example_passages import example

T = TypeVar("T")

CASES = int(os.environ.get("CAUSEWAY_TEST_FILTER_CASES", "2000"))
"""How many conditions are drawn for an engine; a quarter for each way to the cluster, which has one filter.

Many can be drawn in pieces: others come with another `--hypothesis-seed`.
"""

TENANTS = ("acme", "globex")
ACCESS = ("staff", "board", "*", "acme")
TAGS = ("api", "v1", "v2", "ü", "access", "staff")
URIS = ("a.md", "a/b.md", "a/b/c.md", "A/b.md", "b%.md", "_")
LANGUAGES = ("", "en", "de")
TIMES = ("", "2025-12-31T23:59:59Z", "2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z")
NESTED = (
    '{"should": [{"key": "tenant", "match": {"value": "globex"}}]}',
    '{"must_not": {"must_not": {"is_empty": {"key": "access"}}}}',
    'api"]}}], "should": [{"is_empty": {"key": "updated_at"}}], "x": [{"y": {"z": ["',
    "(" * 500 + "api" + ")" * 500,
)
"""Conditions within conditions: what a value would have to be to become more than a value."""


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
    """A few values that passages have, and a few that they have not."""
    strange = st.text(min_size=1, max_size=4) | st.sampled_from(NESTED)
    return st.lists(st.sampled_from(values) | strange, max_size=3).map(tuple)


def _many(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Those values beside up to forty others, each as long as one may be."""
    long = st.integers(1, 40).map(lambda n: tuple(f"{i:04}" + "ü" * 1022 for i in range(n)))
    return st.tuples(long, _some(values)).map(lambda parts: parts[0] + parts[1])


def _sometimes(values: st.SearchStrategy[T], otherwise: T) -> st.SearchStrategy[T]:
    """Half of the times: parts that nothing meets would otherwise leave next to nothing to be found."""
    return st.booleans().flatmap(lambda now: values if now else st.just(otherwise))


visibilities = st.builds(
    Visibility,
    tenant=st.sampled_from((*TENANTS, *TENANTS, *TENANTS, "nobody", "")),
    access=st.frozensets(st.sampled_from((*ACCESS, "tenant", "")), max_size=4),
)

_document_ids = tuple(passage.document_id for passage in corpus())

_URI_PREFIXES = ("", "a", "a/", "a/b", "A", "b%", "_", "%", "1", "\x00", "ü", "a" * 2048, NESTED[0])

filters = st.builds(
    PassageFilter,
    document_ids=_sometimes(_some(_document_ids) | _many(_document_ids), ()),
    uri_prefix=_sometimes(st.sampled_from(_URI_PREFIXES), ""),
    tags_any=_sometimes(_some(TAGS) | _many(TAGS), ()),
    tags_all=_sometimes(_some(TAGS), ()),
    language=_sometimes(st.sampled_from((*LANGUAGES, "EN", "xx", NESTED[1])), ""),
    updated_from=_sometimes(st.sampled_from(TIMES), ""),
    updated_before=_sometimes(st.sampled_from((*TIMES, "2026-06-01T14:00:01+02:00")), ""),
)

conditions = st.builds(Condition, visibilities, filters)
