"""The lists are those of the set's published build."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from evals.candidate_lists import NothingBuilt, candidates_for, opened
from evals.judged_set import JudgedSet
from evals.set_index import SetIndex
from libs.embedding.embedder_fastembed import open_embedder
from tests.e2e.stack import MODELS
from tests.evals.conftest import QUESTIONS, SUBJECTS

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


def test_both_searches_find_the_document_of_each_question(small_index: SetIndex) -> None:
    questions = [(name, text) for name, (text, _) in QUESTIONS.items()]
    with opened(small_index) as engine:
        found = asyncio.run(candidates_for(engine, open_embedder(MODELS), questions))
    for name, (_, document) in QUESTIONS.items():
        lists = found.lists[name]
        assert found.document[lists.near[0].key] == document
        assert found.document[lists.words[0].key] == document
        assert len(lists.near) == len(SUBJECTS)
        assert len(lists.words) < len(SUBJECTS)


def test_a_set_that_was_never_indexed_says_so(small_set: JudgedSet, tmp_path: Path) -> None:
    with pytest.raises(NothingBuilt, match=r"evals\.retrieval"), opened(SetIndex(small_set, tmp_path)):
        pass
