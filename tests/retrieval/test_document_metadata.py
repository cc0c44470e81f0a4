"""What is said about a document, and what of it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.document_metadata import AccessConflict, Metadata, combined, narrowed

TAGS = st.lists(st.sampled_from("abcd")).map(tuple)


def admits(tags: tuple[str, ...], caller: set[str]) -> bool:
    return not tags or not caller.isdisjoint(tags)


def test_what_the_source_says_comes_first_and_tags_add_up() -> None:
    given_ = Metadata(title="Bees", tags=("hive",), product="Hive", updated_at="2026-01-01T00:00:00Z")
    own = Metadata("Own", "https://example.org/", "2025-01-01T00:00:00Z", (), ("bee", "hive"), "en", "P", "2")
    assert combined(given_, own) == Metadata(
        title="Bees",
        url="https://example.org/",
        updated_at="2026-01-01T00:00:00Z",
        tags=("bee", "hive"),
        language="en",
        product="Hive",
        version="2",
    )


@pytest.mark.parametrize(
    ("source", "own", "expected"),
    [
        ((), (), ()),
        (("staff",), (), ("staff",)),
        ((), ("staff",), ("staff",)),
        (("board", "staff"), ("press", "staff"), ("staff",)),
        (("board",), ("press",), None),
    ],
)
def test_access_is_what_both_grant(
    source: tuple[str, ...], own: tuple[str, ...], expected: tuple[str, ...] | None
) -> None:
    assert narrowed(source, own) == expected


@given(TAGS, TAGS, st.sets(st.sampled_from("abcd")))
def test_a_document_never_admits_a_caller_whom_its_source_shuts_out(
    source: tuple[str, ...], own: tuple[str, ...], caller: set[str]
) -> None:
    both = narrowed(source, own)
    if both is not None and admits(both, caller):
        assert admits(source, caller)
        assert admits(own, caller)


def test_tags_that_leave_nobody_are_a_conflict() -> None:
    with pytest.raises(AccessConflict):
        combined(Metadata(access=("board",)), Metadata(access=("press",)))
