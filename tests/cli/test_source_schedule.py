"""When a source is read next, and when it is late."""

from __future__ import annotations

from dataclasses import replace

from cli.source_schedule import GRACE_SECONDS, declaration_of, is_late, next_due
from cli.source_state import SourceState
from libs.common.source import FolderSource

SOURCE = FolderSource(id="s", kind="folder", path="x", interval="1h")
READ = SourceState("read", attempted_at=1000, succeeded_at=1000, declaration=declaration_of(SOURCE))


def test_a_source_is_read_at_once_and_then_by_its_interval() -> None:
    assert next_due(SOURCE, SourceState()) == 0
    assert next_due(SOURCE, READ) == 1000 + 3600


def test_another_declaration_is_read_at_once() -> None:
    assert next_due(SOURCE.model_copy(update={"path": "y"}), READ) == 0


def test_a_failure_is_tried_again_after_a_pause_that_grows_to_the_interval() -> None:
    def pause(failures: int) -> float:
        return next_due(SOURCE, replace(READ, outcome="failed", failures=failures)) - 1000

    assert [pause(n) for n in (1, 2, 3)] == [60, 120, 240]
    assert pause(1000) == 3600


def test_what_is_held_back_waits_for_its_interval() -> None:
    assert next_due(SOURCE, replace(READ, outcome="held", failures=1)) == 1000 + 3600


def test_a_source_is_late_when_two_intervals_have_passed_without_success() -> None:
    edge = 1000 + 2 * 3600 + GRACE_SECONDS

    assert not is_late(SOURCE, READ, edge)
    assert is_late(SOURCE, READ, edge + 1)
    assert is_late(SOURCE, SourceState(known_since=1000), edge + 1)
    assert not is_late(SOURCE, SourceState(), edge)
