"""A set is indexed once by the real service, and again only if the product would do it otherwise."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.ingest_documents import index_of
from evals import set_index
from evals.judged_set import JudgedSet
from evals.set_index import SetIndex
from evals.visitor import TENANT
from tests.evals.conftest import SUBJECTS

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


def test_what_was_indexed_is_served_without_being_indexed_again(
    small_index: SetIndex, small_set: JudgedSet, indexes: Path
) -> None:
    again = SetIndex(small_set, indexes)
    assert again.is_made
    with again.served() as service:
        index = asyncio.run(index_of(service, TENANT))
    assert index.documents.indexed == len(SUBJECTS)
    assert index.passages == len(SUBJECTS)


def test_another_way_to_cut_documents_makes_an_index_stale_but_keeps_its_folder(
    small_index: SetIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small_index.folder
    monkeypatch.setattr(set_index, "RECIPE", "another chunker")
    assert not small_index.is_made
    assert small_index.folder == folder


def test_other_documents_make_an_index_stale(small_index: SetIndex, indexes: Path, tmp_path: Path) -> None:
    (tmp_path / "corpus.jsonl").write_text('{"_id": "1", "title": "", "text": "else"}\n')
    assert not SetIndex(JudgedSet("small", tmp_path), indexes).is_made


def test_another_model_has_a_folder_of_its_own(
    small_index: SetIndex, small_set: JudgedSet, indexes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_index, "IDENTITY", "another model")
    other = SetIndex(small_set, indexes)
    assert other.folder != small_index.folder
    assert not other.is_made
    assert not other.folder.exists()
