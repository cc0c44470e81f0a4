"""What the queue's nouns say."""

from __future__ import annotations

from services.retrieval.ingest_queue import LEASE_SECONDS, MAX_ATTEMPTS, Standing


def test_a_claim_outlasts_a_slow_document_and_tries_are_few() -> None:
    assert LEASE_SECONDS >= 300
    assert 2 <= MAX_ATTEMPTS <= 5


def test_an_ingest_with_nothing_to_do_has_settled_everything() -> None:
    assert Standing(7, 7, 0, 0).settled_revision == Standing(7, 7, 0, 0).accepted_revision
