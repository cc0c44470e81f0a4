"""`causeway questions`: its filters, and how far back they reach."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from cli.questions import Wanted
from tests.cli.recorded import Commands


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("", Wanted()),
        ("--refused", Wanted(refused=True)),
        ("--review", Wanted(needs_review=True)),
        ("--thumbs-down", Wanted(voted_down=True)),
        ("--failed", Wanted(failed=True)),
        ("--below 0.4 --most 7", Wanted(confidence_below=0.4, most=7)),
    ],
)
def test_each_filter_reaches_what_it_is_about(commands: Commands, line: str, wanted: Wanted) -> None:
    work = commands.record("cli.questions.list_questions")

    commands.run(f"questions list {line}")

    assert work.calls == [(("demo", wanted), {"as_json": False})]


def test_since_reaches_back_from_now(commands: Commands) -> None:
    work = commands.record("cli.questions.list_questions")
    before = time.time()

    commands.run("questions list --since 6h --json")

    ((_, wanted), named) = work.calls[0]
    assert before - 6 * 3600 <= wanted.since <= time.time() - 6 * 3600
    assert (replace(wanted, since=0.0), named) == (Wanted(), {"as_json": True})


@pytest.mark.parametrize("line", ["--since 7x", "--below 1.1", "--most 0", "--most 10001"])
def test_misuse_ends_with_2_and_asks_nothing(commands: Commands, line: str) -> None:
    work = commands.record("cli.questions.list_questions")

    commands.run(f"questions list {line}", code=2)

    assert work.calls == []
