"""What is said of the reading of a source."""

from __future__ import annotations

from cli.delivery import Delivery
from cli.document import Remark
from cli.source_output import document_of, lines_of
from cli.source_state import SourceState
from cli.source_sync import SyncResult


def test_a_reading_says_what_changed_and_what_is_wrong() -> None:
    state = SourceState(
        "partly", documents=3, message="a: down. Nothing was removed.", remarks=(("a", "down"),)
    )
    left_out = tuple(Remark(f"{n}.png", "not read") for n in range(12))
    text = "\n".join(lines_of("site", SyncResult(state, Delivery(1, 2, 0), left_out)))

    assert "3 documents: 1 new or changed, 2 unchanged, 0 removed" in text
    assert "Nothing was removed" in text
    assert "left out: 2 more" in text
    assert len(document_of("site", SyncResult(state, Delivery(1, 2, 0), left_out))["left_out"]) == 12


def test_a_source_that_could_not_be_read_says_why() -> None:
    failed = SyncResult(SourceState("failed", message="/nowhere does not exist."))

    assert "".join(lines_of("x", failed)).endswith("[bold]x[/]: /nowhere does not exist.")
    assert document_of("x", failed)["accepted"] == 0
