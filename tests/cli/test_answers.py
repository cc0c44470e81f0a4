"""`causeway answers`, from the draft to its end."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from cli.__main__ import app
from services.config.repository import load_repository
from services.config.resolve import resolve

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ROOT / "manifests", tmp_path / "manifests"))


def run(folder: Path, *words: str, code: int = 0, given: str = "") -> str:
    result = CliRunner().invoke(app, ["answers", *words, "--folder", str(folder)], input=given)
    assert result.exit_code == code, result.output
    return result.output


def listed(folder: Path, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(folder, "list", "--json", *more))
    return found


def manifest_id(folder: Path) -> str:
    return resolve(load_repository(folder, "dev"), "dev")["demo"].manifest_id


def test_a_draft_changes_no_manifest_an_approval_does_and_an_end_takes_it_back(folder: Path) -> None:
    before = manifest_id(folder)
    said = run(
        folder, "add", "When is tea served?", "--answer", "At four.", "--also", "Tea?",
        "--link", "House rules=https://example.org/a=b", "--access", "staff",
    )  # fmt: skip
    assert "when-is-tea-served is a draft" in said
    assert manifest_id(folder) == before
    assert "Commit" in run(folder, "approve", "when-is-tea-served", "--by", "Ana", "--expires", "2099-01-01")
    approved = manifest_id(folder)
    assert approved != before
    (answer,) = listed(folder)
    assert (answer["state"], answer["approved_by"], answer["revision"]) == ("approved", "Ana", 1)
    assert answer["links"] == [{"title": "House rules", "url": "https://example.org/a=b"}]
    run(folder, "expire", "when-is-tea-served")
    assert manifest_id(folder) == before
    assert [each["id"] for each in listed(folder, "--state", "expired")] == ["when-is-tea-served"]
    run(folder, "approve", "when-is-tea-served")
    assert listed(folder)[0]["revision"] == 2


def test_an_answer_may_come_from_standard_input(folder: Path) -> None:
    run(folder, "add", "Why?", "--answer", "-", "--id", "why", given="Because.\n\n- one\n")
    assert listed(folder)[0]["answer"] == "Because.\n\n- one"


def test_a_list_for_people_says_who_and_until_when(folder: Path) -> None:
    run(folder, "add", "When is [tea]?", "--answer", "At four.", "--id", "tea")
    run(folder, "approve", "tea", "--by", "[b]", "--expires", "2099-01-01")
    shown = run(folder, "list")
    assert "approved by [b] until 2099-01-01, revision 1" in shown
    assert "When is [tea]?" in shown
    assert "1 answer in" in shown


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("add", "Tea?", "--answer", " "), 2, "answer: String should have"),
        (("add", "Tea?", "--answer", "x", "--link", "nowhere"), 2, "Title=https://"),
        (("add", "Tea?", "--answer", "x", "--link", "a=javascript:x"), 2, "url"),
        (("add", "Tea?", "--answer", "x", "--id", "Tea!"), 2, "id: String should match"),
        (("approve", "tea"), 1, "There is no answer tea"),
        (("expire", "tea"), 1, "There is no answer tea"),
        (("list", "--tenant", "nobody"), 1, "--tenant"),
    ],
)
def test_what_cannot_be_done_is_explained(folder: Path, words: tuple[str, ...], code: int, said: str) -> None:
    assert said in " ".join(run(folder, *words, code=code).split())


def test_a_day_that_is_past_or_none_is_a_misuse(folder: Path) -> None:
    run(folder, "add", "When is tea?", "--answer", "At four.", "--id", "tea")
    for day in ("2020-01-01", "soon"):
        run(folder, "approve", "tea", "--expires", day, code=2)
    path = folder / "curated" / "demo.yaml"
    path.write_text(path.read_text() + "    expires_at: 2020-01-01\n")
    assert "--expires" in run(folder, "approve", "tea", code=2)


def test_input_is_read_only_where_it_is_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("no"))
    run(folder, "add", "When is tea?", "--answer", "At four.")
    assert listed(folder)[0]["answer"] == "At four."
