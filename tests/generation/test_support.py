"""How well a source supports a sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from services.generation.passage import Source
from services.generation.sentences import split_units
from services.generation.stored_vectors import StoredVectors
from services.generation.support import Support, SupportMeter, verbatim
from tests.fakes.fake_embedder import FakeEmbedder
from tests.generation.examples import COFFEE, source


def measured(claim: str, text: str, embedder: FakeEmbedder | None = None) -> Support:
    return SupportMeter(embedder or FakeEmbedder()).measure(claim, source(text=text))


def test_the_same_words_are_full_support_and_cost_no_embedding() -> None:
    embedder = FakeEmbedder()
    support = measured("It takes coins of one euro.", COFFEE, embedder)
    assert (support.value, support.quote) == (1.0, "It takes coins of one euro.")
    assert embedder.texts == []


def test_markup_makes_no_difference_to_the_same_words() -> None:
    markdown = "Please use [the form](https://a.example) **now**. Then wait."
    found = verbatim("Please use the form now.", source(text=markdown))
    assert found is not None
    assert found.quote == "Please use [the form](https://a.example) **now**."


def test_a_paraphrase_is_supported_by_the_sentence_that_says_it() -> None:
    support = measured("The coffee machine takes one euro coins", COFFEE)
    assert 0.4 < support.value < 1.0
    assert support.quote in COFFEE


def test_something_else_is_hardly_supported() -> None:
    unrelated = measured("Trains leave hourly for Rome", COFFEE)
    related = measured("The machine in the kitchen is cleaned", COFFEE)
    assert unrelated.value < 0.2 < related.value


def test_a_number_that_the_source_does_not_have_halves_the_support() -> None:
    text = "The fee for a parking space in the garage is 40 euro a month for every employee."
    right = measured("A parking space in the garage costs 40 euro a month", text)
    wrong = measured("A parking space in the garage costs 90 euro a month", text)
    assert wrong.value < right.value * 0.6


def test_the_quote_is_verbatim_without_its_list_mark() -> None:
    text = "Steps:\n\n- Open the door\n- Close the window behind you"
    support = measured("Close the window behind you", text)
    assert support.quote == "Close the window behind you"


@pytest.mark.parametrize("text", ["", "---", "```\nx = 1\n```"])
def test_a_source_without_sentences_supports_nothing(text: str) -> None:
    assert measured("Tea is at four", text).value == 0.0


def test_an_empty_claim_is_not_verbatim_anywhere() -> None:
    assert verbatim(" ", source()) is None


def test_where_the_words_decide_nothing_is_embedded() -> None:
    embedder = FakeEmbedder()
    measured("Trains leave hourly for Rome", COFFEE, embedder)
    measured("The kitchen has the coffee machine that stands there", COFFEE, embedder)
    assert embedder.texts == []


def test_a_sentence_that_cannot_be_the_best_is_not_embedded() -> None:
    text = "The coffee machine stands in the kitchen. The tea machine stands in the hall."
    embedder = FakeEmbedder()
    support = measured("machine coffee the kitchen stands", text, embedder)
    assert (support.quote, support.value) == ("The coffee machine stands in the kitchen.", 1.0)
    assert embedder.texts == []


def test_the_same_sentence_is_embedded_once() -> None:
    embedder = FakeEmbedder()
    meter = SupportMeter(embedder)
    for _ in range(3):
        meter.measure("Every Friday somebody cleans the machine in our kitchen", source(text=COFFEE))
    assert len(embedder.texts) == len(set(embedder.texts)) > 0


CLAIM = "Every Friday somebody cleans the machine in our kitchen"


def with_vectors(embedder: FakeEmbedder, identity: str) -> Source:
    """A source whose passage brings the vectors of its sentences."""
    units = split_units(COFFEE)
    vectors = np.stack([embedder.embed_query(unit.text) for unit in units])
    scales = np.abs(vectors).max(1) / 127
    kept = StoredVectors(
        embedder=identity,
        starts=tuple(unit.start for unit in units),
        ends=tuple(unit.start + len(unit.text) for unit in units),
        values=np.rint(vectors / scales[:, None]).astype(np.int8),
        scales=tuple(map(float, scales)),
    )
    embedder.texts.clear()
    offered = source(text=COFFEE)
    return replace(offered, passage=replace(offered.passage, vectors=kept))


def test_where_the_passage_brings_vectors_only_the_claim_is_embedded() -> None:
    embedder = FakeEmbedder()
    stored = SupportMeter(embedder).measure(CLAIM, with_vectors(embedder, embedder.identity))
    assert embedder.texts == [CLAIM]
    fresh = SupportMeter(embedder).measure(CLAIM, source(text=COFFEE))
    assert stored.quote == fresh.quote
    assert stored.value == pytest.approx(fresh.value, abs=0.01)


def test_vectors_of_another_embedder_are_not_compared() -> None:
    embedder = FakeEmbedder()
    SupportMeter(embedder).measure(CLAIM, with_vectors(embedder, "another"))
    assert len(embedder.texts) > 1
