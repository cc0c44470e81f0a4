"""Words before questions and passages."""

from __future__ import annotations

import numpy as np
import pytest

from libs.embedding.prefixes import PrefixedEmbedder, Prefixes, prefixes_of
from tests.fakes.fake_embedder import FakeEmbedder


@pytest.mark.parametrize(
    ("model", "prefixes"),
    [
        ("intfloat/multilingual-e5-large", Prefixes("query: ", "passage: ")),
        ("nomic-ai/nomic-embed-text-v1.5-Q", Prefixes("search_query: ", "search_document: ")),
        ("BAAI/bge-small-en-v1.5", Prefixes("Represent this sentence for searching relevant passages: ")),
        ("BAAI/bge-small-zh-v1.5", Prefixes()),
        ("text-embedding-3-small", Prefixes()),
        ("", Prefixes()),
    ],
)
def test_a_family_of_models_wants_its_own_words(model: str, prefixes: Prefixes) -> None:
    assert prefixes_of(model) == prefixes


def test_what_is_set_comes_before_what_the_family_wants() -> None:
    assert prefixes_of("e5-small", query="ask: ") == Prefixes("ask: ", "passage: ")
    assert prefixes_of("e5-small", "none", "none") == Prefixes()
    assert prefixes_of("unknown", passage="text: ") == Prefixes("", "text: ")


def test_without_words_an_identity_has_no_mark_and_different_words_have_different_ones() -> None:
    marks = [Prefixes().mark, Prefixes("a", "b").mark, Prefixes("b", "a").mark, Prefixes("ab").mark]

    assert marks[0] == ""
    assert len(set(marks)) == len(marks)


def test_questions_and_passages_are_embedded_with_their_words() -> None:
    inner = FakeEmbedder()
    embedder = PrefixedEmbedder(inner, "fake-1+words", Prefixes("query: ", "passage: "))

    question, passages = embedder.embed_query("bees"), embedder.embed_passages(["bees", "wasps"])

    assert inner.texts == ["query: bees", "passage: bees", "passage: wasps"]
    assert not np.array_equal(question, passages[0])
    assert embedder.count_tokens("bees") == inner.count_tokens("passage: bees")
    assert (embedder.identity, embedder.dimensions, embedder.max_tokens) == ("fake-1+words", 384, 512)
