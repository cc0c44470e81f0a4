"""Ids of documents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.retrieval.documents import STATES, StateCounts, document_id_of


def test_a_document_has_the_same_id_wherever_it_is_taken_in() -> None:
    assert document_id_of("acme", "guide/bees.md") == document_id_of("acme", "guide/bees.md")
    assert document_id_of("acme", "guide/bees.md").startswith("d_")


@given(st.text(), st.text(), st.text(), st.text())
def test_other_tenants_and_uris_have_other_ids(tenant: str, uri: str, other: str, other_uri: str) -> None:
    if "\0" in tenant + other:  # a tenant's name never holds one
        return
    same = (tenant, uri) == (other, other_uri)
    assert (document_id_of(tenant, uri) == document_id_of(other, other_uri)) == same


def test_every_state_is_counted() -> None:
    assert set(STATES) == {"pending", "indexed", "skipped", "failed"}
    assert StateCounts(**dict.fromkeys(STATES, 1)) == StateCounts(1, 1, 1, 1)
