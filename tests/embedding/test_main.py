"""The command that prepares the model before anything serves it."""

import sys
from pathlib import Path

import pytest

from libs.embedding.__main__ import main
from libs.embedding.model_store import PreparedModel
from tests.embedding.small_model import DIMENSIONS, place_small_model


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["libs.embedding", *arguments])
    return main()


def test_a_prepared_model_is_left_alone(
    prepared_model: PreparedModel, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, str(prepared_model.path.parent)) == 0
    assert capsys.readouterr() == ("", "")


def test_a_missing_folder_name_is_misuse(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch) == 2
    assert "usage" in capsys.readouterr().err


def test_a_failure_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", "utf-8")
    assert call(monkeypatch, str(tmp_path / "file" / "models")) == 1
    assert "make the folder writable" in capsys.readouterr().err


def test_a_model_that_fastembed_knows_is_fetched_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    name = place_small_model(tmp_path)

    assert call(monkeypatch, str(tmp_path), name) == 0
    assert f"fastembed:{name}, {DIMENSIONS} dimensions" in capsys.readouterr().err
    assert call(monkeypatch, str(tmp_path), "nobody/nothing") == 1
    assert "'nobody/nothing'" in capsys.readouterr().err
