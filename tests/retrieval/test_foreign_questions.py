"""Questions in a language that the embedding model does not know lean on their words, and that is said."""

from __future__ import annotations

import pytest

from services.retrieval.search_plan import LANGUAGE
from services.retrieval.search_run import LEANING
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.fake_index import FakeIndex
from tests.retrieval.example_passages import embedded, example
from tests.retrieval.search_setup import Setup

GERMAN = "Wie kann ich das Radio wieder einschalten, wenn es nicht geht?"
ENGLISH_MODEL = "all-MiniLM-L6-v2-int8-0"


async def served(setup: Setup, identity: str) -> Setup:
    embedder = FakeEmbedder(identity)
    fresh = Setup(setup.folder, FakeIndex(embedded([example("Das Radio.")], embedder)), embedder)
    await fresh.publish(identity)
    return fresh


async def test_it_is_a_degradation_that_may_be_remembered(empty: Setup) -> None:
    setup = await served(empty, ENGLISH_MODEL)
    result = await setup.run(GERMAN, explain=True)
    assert result.degradations == (LANGUAGE,)
    assert result.explanation is not None
    assert (result.explanation.language, result.explanation.dense_weight) == ("de", LEANING)
    await setup.run(GERMAN)
    assert (await setup.run(GERMAN)).degradations == (LANGUAGE,)
    assert (await setup.run(GERMAN, explain=True)).explanation.in_cache  # type: ignore[union-attr]
    setup.embedding.close()
    await setup.served.close()


@pytest.mark.parametrize(
    ("identity", "question"),
    [
        (ENGLISH_MODEL, "How can I switch the radio on again?"),
        (ENGLISH_MODEL, "radio"),
        ("fake-1", GERMAN),
    ],
)
async def test_other_questions_are_searched_as_the_profile_says(
    empty: Setup, identity: str, question: str
) -> None:
    setup = await served(empty, identity)
    result = await setup.run(question, explain=True)
    assert result.degradations == ()
    assert result.explanation is not None
    assert result.explanation.dense_weight == 0.5
    setup.embedding.close()
    await setup.served.close()
