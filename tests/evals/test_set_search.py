"""Documents are found page after page, each once."""

from __future__ import annotations

import asyncio

import pytest

from evals import set_search
from evals.set_index import SetIndex
from evals.set_search import rank_documents
from tests.evals.conftest import QUESTIONS, SUBJECTS

pytestmark = [pytest.mark.process, pytest.mark.timeout(300)]


def test_the_document_that_answers_stands_first(small_index: SetIndex) -> None:
    asked: list[None] = []
    texts = {name: text for name, (text, _) in QUESTIONS.items()}
    with small_index.served() as service:
        rankings = asyncio.run(rank_documents(service, texts, 3, lambda: asked.append(None)))
    assert {name: found[0] for name, found in rankings.documents.items()} == {
        name: document for name, (_, document) in QUESTIONS.items()
    }
    assert all(len(found) == 3 for found in rankings.documents.values())
    assert len(asked) == len(QUESTIONS)
    assert rankings.profile.startswith("balanced-")
    assert not rankings.degradations


def test_all_documents_are_found_over_several_pages(
    small_index: SetIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(set_search, "_PAGE", 2)
    with small_index.served() as service:
        rankings = asyncio.run(rank_documents(service, {"q": "How is a violin tuned?"}, 100))
    assert rankings.documents["q"][0] == "violin"
    assert sorted(rankings.documents["q"]) == sorted(SUBJECTS)
