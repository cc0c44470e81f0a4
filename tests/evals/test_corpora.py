"""What is not here is said, not passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import corpora
from evals.corpora import CORPORA, Corpus, squad2_documents


def test_a_missing_folder_is_the_reason(tmp_path: Path) -> None:
    assert Corpus("here", tmp_path).absence == ""
    assert str(tmp_path / "gone") in Corpus("away", tmp_path / "gone").absence


def test_the_projects_own_documentation_is_always_here() -> None:
    assert CORPORA["own"].absence == ""


def test_passages_become_documents_under_their_articles_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    squad = tmp_path / "squad2"
    squad.mkdir()
    (squad / "corpus.jsonl").write_text(
        '{"_id": "dev-Old_Castle-0", "title": "Old_Castle", "text": "It stands."}\n'
    )
    monkeypatch.setattr(corpora, "SQUAD2", Corpus("squad2", squad))
    documents = squad2_documents(tmp_path)
    assert [path.name for path in documents.iterdir()] == ["dev-Old_Castle-0.md"]
    assert (documents / "dev-Old_Castle-0.md").read_text() == "# Old Castle\n\nIt stands.\n"
    assert squad2_documents(tmp_path) == documents
