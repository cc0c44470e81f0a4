"""Looking at files before they are taken in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from services.retrieval.document_reader import DocumentReader
from services.retrieval.inspection import inspect, passages, rows
from tests.retrieval.example_documents import GUIDE, InProcessParser, count_words
from tests.retrieval.example_files import lines, pdf

ROOT = Path(__file__).resolve().parents[2]


def test_a_folder_becomes_a_table_with_each_outcome(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/guide.md").write_text(GUIDE)
    (tmp_path / "empty.md").write_text("")
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7")
    long = ["Bees make honey and wasps make paper, as far as anybody knows."] * 20
    (tmp_path / "two.pdf").write_bytes(pdf(lines(*long), lines(*long)))
    reader = DocumentReader(count_words, InProcessParser())
    found = list(inspect([tmp_path, tmp_path / "missing.md"], reader))
    assert [(one.path, one.state, one.code) for one in found] == [
        ("broken.pdf", "failed", "corrupt"),
        ("empty.md", "skipped", "empty"),
        ("sub/guide.md", "indexed", ""),
        ("two.pdf", "indexed", ""),
        ("missing.md", "failed", "unreadable"),
    ]
    table = list(rows(found))
    assert table[-1] == "2 failed, 2 indexed, 1 skipped"
    assert "passages, en, Bee guide" in table[2]
    assert "2 pages" in table[3]


def test_a_file_is_shown_with_its_passages(tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text(GUIDE)
    command = [sys.executable, "-m", "services.retrieval.inspection", str(tmp_path / "guide.md")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    assert "guide.md  indexed" in done.stdout
    assert "Feed sugar water in autumn" in done.stdout
    reader = DocumentReader(count_words, InProcessParser())
    (found,) = inspect([tmp_path / "guide.md"], reader)
    assert found.reading is not None
    assert any("Buying a hive" in line for line in passages(found.reading))
