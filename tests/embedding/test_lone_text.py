"""A lone text comes out as fastembed's own batches would have it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from libs.embedding.embedder_fastembed import FastembedEmbedder, load_prepared
from libs.embedding.lone_text import LoneText
from libs.embedding.model_store import PreparedModel

TEXTS = (
    "How do I roll back?",
    "",
    "Roll back by reverting the commit. " * 3,
    "word " * 3000,
    "\ud800 lone surrogates and \u0000 zeros",
    "émigré, naïve, 東京, \U0001f600",
)


@pytest.fixture(scope="module")
def loaded(prepared_model: PreparedModel) -> FastembedEmbedder:
    return load_prepared(prepared_model)


@pytest.fixture(scope="module")
def lone(loaded: FastembedEmbedder) -> LoneText:
    assert loaded._lone is not None
    return loaded._lone


@pytest.mark.parametrize("text", TEXTS)
def test_a_lone_text_has_the_vector_that_fastembed_gives_it(
    loaded: FastembedEmbedder, lone: LoneText, text: str
) -> None:
    known = text.encode("utf-8", "replace").decode()
    theirs = next(iter(loaded._model.query_embed([known])))

    np.testing.assert_allclose(lone.embed(text), theirs, atol=2e-7)
    assert lone.embed(text).dtype == np.float32


def test_states_are_those_of_the_tokens_in_their_order(lone: LoneText) -> None:
    encoding, states = lone.read("How do I roll back?")

    assert states.shape == (len(encoding.ids), 384)
    assert encoding.tokens[0] == "[CLS]"
    assert encoding.tokens[-1] == "[SEP]"


def test_many_threads_get_what_one_gets(lone: LoneText) -> None:
    alone = [lone.embed(text) for text in TEXTS]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lone.embed, TEXTS * 5))

    for place, vector in enumerate(together):
        np.testing.assert_array_equal(vector, alone[place % len(TEXTS)])
