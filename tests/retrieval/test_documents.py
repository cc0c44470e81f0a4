"""Ids of documents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.documents import STATES, StateCounts, document_id_of


def test_a_document_has_the_same_id_wherever_it_is_taken_in() -> None:
    assert document_id_of("acme", "docs", "guide/bees.md") == document_id_of("acme", "docs", "guide/bees.md")
    assert document_id_of("acme", "docs", "guide/bees.md").startswith("d_")


_NAMES = st.text(st.characters(exclude_characters="\0"))
"""Neither a tenant's name nor a source's holds a NUL."""


@given(st.tuples(_NAMES, _NAMES, st.text()), st.tuples(_NAMES, _NAMES, st.text()))
def test_other_tenants_sources_and_uris_have_other_ids(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    assert (document_id_of(*one) == document_id_of(*other)) == (one == other)


def test_every_state_is_counted() -> None:
    assert set(STATES) == {"pending", "indexed", "skipped", "failed"}
    assert StateCounts(**dict.fromkeys(STATES, 1)) == StateCounts(1, 1, 1, 1)
