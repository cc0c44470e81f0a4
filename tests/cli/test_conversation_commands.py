"""`causeway conversations`: what its options mean."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.recorded import Commands

CALLS: dict[str, tuple[str, tuple[Any, ...], bool]] = {
    "list": ("list_conversations", ("demo",), False),
    "list --tenant acme --json": ("list_conversations", ("acme",), True),
    "show c_1 --json": ("show", ("demo", "c_1"), True),
    "delete c_1 --tenant acme": ("delete", ("acme", "c_1"), False),
}


@pytest.mark.parametrize("line", CALLS)
def test_each_option_reaches_what_it_is_about(commands: Commands, line: str) -> None:
    name, given, as_json = CALLS[line]
    work = commands.record(f"cli.conversations.{name}")

    commands.run(f"conversations {line}")

    assert work.calls == [(given, {"as_json": as_json})]


@pytest.mark.parametrize("line", ["show", "delete", "delete c_1 c_2"])
def test_one_conversation_is_named_at_a_time(commands: Commands, line: str) -> None:
    work = commands.record("cli.conversations.delete")

    commands.run(f"conversations {line}", code=2)

    assert work.calls == []
