"""P6 at a tiny size over real processes: that it measures, not what."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import ingest
from benchmarks.ingest_documents import SECTIONS, documents
from benchmarks.passages import load_texts

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]


def test_documents_come_to_the_passages_that_are_wanted(tmp_path: Path) -> None:
    many = list(documents(load_texts(tmp_path), 2 * SECTIONS + 1))

    assert len(many) == 3
    assert len({uri for uri, _ in many}) == 3
    assert many[0][1].decode().count("\n## ") == SECTIONS


def test_both_parts_are_measured_and_written(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    size = ["--passages", "12", "--meanwhile", "60", "--seconds", "1", "--rounds", "1", "--batches", "16"]

    code = ingest.main([*size, "--data", str(tmp_path), "--folder", str(folder), "--results", str(tmp_path)])

    said = capsys.readouterr()
    assert code == 0, said.err
    assert "ingest, all of it" in said.out
    assert "during the ingest: 20 sent" in said.out
    assert len(list(tmp_path.glob("*-ingest.json"))) == 1
