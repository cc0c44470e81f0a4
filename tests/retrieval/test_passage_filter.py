"""A filter is within its limits, and admits what all of its parts admit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from libs.common.errors import InvalidRequest
from services.retrieval.passage_filter import PassageFilter
from tests.retrieval.example_passages import example

PASSAGE = replace(
    example("text", uri="docs/a.md"), language="en", tags=("api", "v2"), updated_at="2026-01-31T12:00:00Z"
)


@pytest.mark.parametrize(
    ("parts", "admitted"),
    [
        ({}, True),
        ({"document_ids": (PASSAGE.document_id, "other")}, True),
        ({"document_ids": ("other",)}, False),
        ({"uri_prefix": "docs/"}, True),
        ({"uri_prefix": "Docs/"}, False),
        ({"tags_any": ("v1", "v2")}, True),
        ({"tags_any": ("v1", "v")}, False),
        ({"tags_all": ("v2", "api")}, True),
        ({"tags_all": ("v2", "api", "v1")}, False),
        ({"language": "EN"}, True),
        ({"language": "e"}, False),
        ({"updated_from": "2026-01-31T12:00:00Z"}, True),
        ({"updated_from": "2026-01-31T12:00:01Z"}, False),
        ({"updated_before": "2026-01-31T12:00:01Z"}, True),
        ({"updated_before": "2026-01-31T12:00:00Z"}, False),
        ({"updated_from": "2026-01-31T13:00:00+01:00", "updated_before": "2026-01-31T12:00:00-01:00"}, True),
        ({"tags_any": ("api",), "language": "de"}, False),
    ],
)
def test_every_part_narrows(parts: dict[str, Any], admitted: bool) -> None:
    assert PassageFilter(**parts).admits(PASSAGE) is admitted


def test_a_passage_without_a_time_is_in_no_range() -> None:
    timeless = replace(PASSAGE, updated_at="")
    assert PassageFilter().admits(timeless)
    assert not PassageFilter(updated_before="2099-01-01T00:00:00Z").admits(timeless)


def test_everything_at_its_limit_is_accepted() -> None:
    PassageFilter(("d",) * 50, "p" * 2048, ("t",) * 30, ("u" * 2048,) * 18, "en")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"document_ids": ("d",) * 101}, "filter"),
        ({"document_ids": ("d",) * 100, "uri_prefix": "p"}, "filter"),
        ({"tags_any": ("d",) * 50, "tags_all": ("d",) * 51}, "filter"),
        ({"document_ids": ("",)}, "filter.document_ids"),
        ({"document_ids": ("d" * 2049,)}, "filter.document_ids"),
        ({"tags_any": ("",)}, "filter.tags_any"),
        ({"tags_all": ("ü" * 1025,)}, "filter.tags_all"),
        ({"uri_prefix": "p" * 2049}, "filter.uri_prefix"),
        ({"language": "p" * 2049}, "filter.language"),
        ({"updated_from": "yesterday"}, "filter.updated_from"),
        ({"updated_before": "2026-01-31T12:00:00"}, "filter.updated_before"),
        ({"updated_before": "0001-01-01T00:00:00+23:59"}, "filter.updated_before"),
    ],
)
def test_a_part_outside_its_limits_is_named(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        PassageFilter(**wrong)
    assert caught.value.field == field
