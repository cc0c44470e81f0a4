"""The index in memory ranks by vectors and words."""

from __future__ import annotations

from evals.local_index import LocalIndex
from tests.fakes.fake_embedder import FakeEmbedder

TEXTS = {"tea": "Tea is served in the garden at four.", "leave": "Annual leave is thirty days a year."}


def test_the_passage_with_the_words_comes_first() -> None:
    found = LocalIndex(TEXTS, FakeEmbedder()).search("How many days of annual leave?")
    assert next(passage.passage_id for passage in found.passages) == "leave"
    assert found.passages[0].text == TEXTS["leave"]
    assert found.passages[0].dense is not None
