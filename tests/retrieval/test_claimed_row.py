"""Claimed documents, and what was read of them, go to and come from rows as they are."""

from __future__ import annotations

from typing import Any

from services.retrieval.claimed_row import claimed, passage_rows, reading_row
from services.retrieval.document_metadata import Metadata
from services.retrieval.ingest_queue import StagedPassage

ROW: dict[str, Any] = {
    "document_id": "d",
    "tenant": "acme",
    "uri": "a.md",
    "url": "https://acme.example/a",
    "updated_at": "2026-01-31T12:00:00Z",
    "access": '["board","staff"]',
    "given": "{}",
    "content_type": "text/markdown",
    "content_hash": "0" * 64,
    "revision": 7,
    "attempts": 0,
}
DOCUMENT = claimed(ROW)


def test_what_the_source_said_is_what_the_worker_is_told() -> None:
    said = '{"title":"A","tags":["t","u"],"language":"de","product":"P","version":"2"}'

    assert claimed({**ROW, "given": said}).given == Metadata(
        title="A",
        url="https://acme.example/a",
        updated_at="2026-01-31T12:00:00Z",
        access=("board", "staff"),
        tags=("t", "u"),
        language="de",
        product="P",
        version="2",
    )


def test_what_the_source_did_not_say_is_empty() -> None:
    assert DOCUMENT.given == Metadata(
        url="https://acme.example/a", updated_at="2026-01-31T12:00:00Z", access=("board", "staff")
    )


def test_the_claim_is_the_next_attempt() -> None:
    assert DOCUMENT.attempts == 1
    assert claimed({**ROW, "attempts": 3}).attempts == 4


def test_what_a_document_says_itself_never_stands_where_its_source_speaks() -> None:
    row = reading_row(
        DOCUMENT, Metadata(title="Own", url="https://own/", updated_at="now", access=("staff",))
    )

    assert (row["own_url"], row["own_updated_at"], row["read_access"]) == ("https://own/", "now", '["staff"]')
    assert not {"url", "updated_at", "access", "given"} & row.keys()


def test_every_passage_keeps_its_place_and_has_the_documents_access() -> None:
    passages = [
        StagedPassage(f"p{n}", ("Top", "Ärger"), "", "text", n, n + 4, bytes([n]), 0, "en") for n in range(3)
    ]

    rows = passage_rows(DOCUMENT, Metadata(access=("staff",)), passages)

    assert [(row["passage_id"], row["ordinal"]) for row in rows] == [("p0", 0), ("p1", 1), ("p2", 2)]
    assert {row["document_id"] for row in rows} == {"d"}
    assert {(row["access"], row["heading_path"]) for row in rows} == {('["staff"]', '["Top","Ärger"]')}
    assert [(row["first"], row["past"]) for row in rows] == [(0, 4), (1, 5), (2, 6)]


def test_a_document_without_passages_has_no_rows() -> None:
    assert passage_rows(DOCUMENT, Metadata(), []) == []
