"""`causeway ingest`: what its options mean, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.delivery import Delivery
from cli.document import Remark
from cli.ingest import IngestReport, SourceReport
from cli.ingest_targets import Asked
from tests.cli.recorded import Commands, Work

FAULT = (Remark("a.md", "cannot be read"),)


def report(**source: Any) -> IngestReport:
    """The report on one source, of which something may have gone wrong."""
    facts: dict[str, Any] = {"delivery": Delivery(accepted=2), "left_out": (), "faults": ()} | source
    return IngestReport((SourceReport("docs", 2, 10, **facts),), True, 0, False, 2, 0, 0, 0, 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "docs"
    path.mkdir()
    (path / "a.md").write_text("# A")
    return path


@pytest.fixture
def work(commands: Commands) -> Work:
    return commands.record("cli.ingest.ingest", report())


def test_it_waits_and_removes_nothing_unless_it_is_told_to(
    commands: Commands, work: Work, folder: Path
) -> None:
    commands.run(f"ingest {folder}")
    commands.run(f"ingest {folder} --complete --no-wait --tenant acme")

    ((first, usual), (second, asked)) = work.calls
    assert (first[0], usual) == ("demo", {"complete": False, "wait": True})
    assert (second[0], asked) == ("acme", {"complete": True, "wait": False})


def test_what_is_asked_holds_for_every_place(
    commands: Commands, work: Work, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []

    def note(*given: Any) -> list[Any]:
        asked.append(given)
        return []

    monkeypatch.setattr("cli.ingest_targets.targets_of", note)
    words = "--source s --access a --access b --tag t --sitemap --depth 2 --max-pages 9 --allow-private"

    commands.run(f"ingest {folder} https://acme.example/ {words}")

    places = [str(folder), "https://acme.example/"]
    assert asked == [(places, Asked("s", ("a", "b"), ("t",), True, 2, 9, True))]


def test_the_report_is_told_in_words_or_as_json(commands: Commands, work: Work, folder: Path) -> None:
    assert "2 documents and 5 passages are served." in commands.run(f"ingest {folder}").output
    assert json.loads(commands.run(f"ingest {folder} --json").output)["indexed"] == 2


@pytest.mark.parametrize(
    "wrong", [{"faults": FAULT}, {"failed": FAULT}, {"delivery": Delivery(rejected=FAULT)}]
)
def test_it_has_failed_where_a_document_cannot_be_found(
    commands: Commands, folder: Path, wrong: dict[str, Any]
) -> None:
    commands.record("cli.ingest.ingest", report(**wrong))

    commands.run(f"ingest {folder}", code=1)


@pytest.mark.parametrize("fine", [{"skipped": FAULT}, {"left_out": FAULT}])
def test_what_was_left_out_on_purpose_is_no_failure(
    commands: Commands, folder: Path, fine: dict[str, Any]
) -> None:
    commands.record("cli.ingest.ingest", report(**fine))

    commands.run(f"ingest {folder}")


def test_whoever_interrupts_it_is_told_how_to_go_on(commands: Commands, folder: Path) -> None:
    commands.record("cli.ingest.ingest", KeyboardInterrupt())

    assert "run the same command again to go on" in commands.run(f"ingest {folder}", code=130).output


@pytest.mark.parametrize("line", ["", "none-such", "docs --depth 101", "docs --max-pages 0"])
def test_misuse_ends_with_2(commands: Commands, work: Work, line: str) -> None:
    commands.run(f"ingest {line}", code=2)

    assert work.calls == []
