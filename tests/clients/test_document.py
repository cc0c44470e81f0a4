"""What frameworks are told about a passage."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from causeway_client.document import metadata_of
from causeway_client.passage import Passage

BARE = Passage("p", "d", "a.md", "")


def test_what_is_not_known_is_absent() -> None:
    assert metadata_of(BARE) == {
        "passage_id": "p",
        "document_id": "d",
        "uri": "a.md",
        "score": 0.0,
        "start": 0,
        "end": 0,
    }


def test_values_are_such_as_every_framework_can_store() -> None:
    full = replace(
        BARE,
        title="Radio",
        heading_path=("Boat", "Radio"),
        tags=("t",),
        page=0,
        updated_at=datetime(2026, 1, 31, 12, tzinfo=UTC),
    )

    facts = metadata_of(full)

    assert (facts["heading_path"], facts["tags"]) == (["Boat", "Radio"], ["t"])
    assert facts["updated_at"] == "2026-01-31T12:00:00+00:00"
    assert facts["page"] == 0, "a page is known that is the first one"
