"""`causeway documents`: what its options mean."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.recorded import Commands

CALLS: dict[str, tuple[str, tuple[Any, ...], bool]] = {
    "list": ("documents.list_documents", ("demo", "", ""), False),
    "list --state failed --source wiki --tenant acme --json": (
        "documents.list_documents",
        ("acme", "failed", "wiki"),
        True,
    ),
    "show d_1": ("documents.show_document", ("demo", "d_1"), False),
    "delete d_1 d_2 --json": ("documents.delete_documents", ("demo", ["d_1", "d_2"]), True),
    "retry d_1 --tenant acme": ("documents.retry_documents", ("acme", ["d_1"]), False),
    "report": ("content_report.report", ("demo", "", 10), False),
    "report --source wiki --examples 100 --json": ("content_report.report", ("demo", "wiki", 100), True),
}


@pytest.mark.parametrize("line", CALLS)
def test_each_option_reaches_what_it_is_about(commands: Commands, line: str) -> None:
    place, given, as_json = CALLS[line]
    work = commands.record(f"cli.{place}")

    commands.run(f"documents {line}")

    assert work.calls == [(given, {"as_json": as_json})]


def test_the_tenant_of_the_settings_is_the_default(commands: Commands) -> None:
    commands.patch.setenv("CAUSEWAY_TENANT", "globex")
    work = commands.record("cli.documents.show_document")

    commands.run("documents show d_1")

    assert work.calls[0][0] == ("globex", "d_1")


@pytest.mark.parametrize(
    "line", ["show", "delete", "retry", "report --examples 0", "report --examples 101", "list --state"]
)
def test_misuse_ends_with_2_and_does_nothing(commands: Commands, line: str) -> None:
    work = [commands.record(f"cli.{place}") for place, _, _ in CALLS.values()]

    commands.run(f"documents {line}", code=2)

    assert [each.calls for each in work] == [[]] * len(work)
