"""`causeway sources`: what the exit codes and the printed lines say of a reading."""

from __future__ import annotations

import json

import pytest

from cli.delivery import Delivery
from cli.document import Remark
from cli.source_state import Outcome, SourceState
from cli.source_sync import SyncResult
from tests.cli.recorded import Commands

DELIVERED = Delivery(accepted=1, unchanged=2, removed=3, rejected=(), faults=(), revision=4)
REJECTED = Delivery(
    accepted=1, unchanged=2, removed=3, rejected=(Remark("a.bin", "no text"),), faults=(), revision=4
)


def result(outcome: Outcome, delivery: Delivery | None = DELIVERED) -> SyncResult:
    return SyncResult(SourceState(outcome=outcome, documents=3), delivery)


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([("a", result("read")), ("b", result("read"))], 0),
        ([("a", result("read")), ("b", result("partly"))], 1),
        ([("a", result("held"))], 1),
        ([("a", result("failed", None))], 1),
        ([("a", result("read", REJECTED))], 1),
        ([], 0),
    ],
)
def test_the_exit_code_says_whether_all_went_well(
    commands: Commands, results: list[tuple[str, SyncResult]], code: int
) -> None:
    commands.record("cli.source_once.sync_once", results)

    commands.run("sources sync", code=code)


def test_named_sources_of_a_tenant_are_read(commands: Commands) -> None:
    work = commands.record("cli.source_once.sync_once", [("a", result("read"))])

    said = commands.run("sources sync a b --allow-shrink --tenant acme --json")

    assert work.calls == [(("acme", ["a", "b"]), {"allow_shrink": True, "show": False})]
    assert [each["id"] for each in json.loads(said.output)] == ["a"]


def test_a_reading_is_told_in_words(commands: Commands) -> None:
    commands.record("cli.source_once.sync_once", [("handbook", result("read"))])

    assert "handbook  3 documents: 1 new or changed" in commands.run("sources sync").output


@pytest.mark.parametrize("line", ["a", "--allow-shrink"])
def test_watching_is_of_all_sources(commands: Commands, line: str) -> None:
    work = commands.record("cli.source_process.watch_sources")

    refused = commands.run(f"sources sync --watch {line}", code=2)

    assert "--watch reads all sources" in refused.output
    assert work.calls == []


def test_forgetting_says_how_many_documents_leave(commands: Commands) -> None:
    work = commands.record("cli.source_once.forget", 12)

    assert "12 documents removed" in commands.run("sources forget old").output
    assert json.loads(commands.run("sources forget old --json").output) == {"removed": 12}
    assert work.calls == [(("demo", "old"), {})] * 2


def test_a_source_that_was_never_read_is_listed_all_the_same(commands: Commands) -> None:
    from libs.common.source import FolderSource

    commands.record("cli.declared_sources.declared_sources", (FolderSource(id="a", kind="folder", path="x"),))

    (listed,) = json.loads(commands.run("sources list --json").output)

    assert (listed["id"], listed["state"]) == ("a", "never")
