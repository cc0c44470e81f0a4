"""Without any model, quotes that read as an answer."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from libs.embedding.embedder import Embedder
from services.generation.alignment import Alignment
from services.generation.answer_type import asked_for
from services.generation.chat_model import Finished, NotInSources, Piece
from services.generation.extraction import choose
from services.generation.extractive import ExtractiveAnswerer, rendered
from services.generation.passage import Passage, Source
from services.generation.quotes import Quote
from services.generation.sentence_ranking import SentenceRanking
from services.generation.sentences import split_units
from tests.fakes.fake_embedder import FakeEmbedder
from tests.generation.examples import COFFEE, LEAVE, source, task

SQUAD = Path(__file__).parents[2].parent / "shared/data/squad2"


@pytest.fixture
def answerer() -> Iterator[ExtractiveAnswerer]:
    with ThreadPoolExecutor(1) as pool:
        embedder = FakeEmbedder()
        yield ExtractiveAnswerer(SentenceRanking(embedder), Alignment(embedder), pool, 0.45)


async def written(answerer: ExtractiveAnswerer, question: str, *sources: Source) -> list[Piece]:
    async with aclosing(answerer.stream(task(question, *sources))) as pieces:
        return [piece async for piece in pieces]


async def test_the_answering_sentence_is_quoted_and_cited(answerer: ExtractiveAnswerer) -> None:
    offered = (source(), source(2, COFFEE), source(3, LEAVE))
    *texts, finished = await written(answerer, "How many days of leave may be carried over?", *offered)
    assert "Ten days may be carried over. [3]" in "".join(str(text) for text in texts)
    assert all(str(text).endswith("[3]") for text in texts)
    assert isinstance(finished, Finished)
    assert finished.reason == "stop"
    assert finished.fit is not None
    assert finished.fit > 0.6


async def test_sentences_come_one_by_one(answerer: ExtractiveAnswerer) -> None:
    steps = "To get a badge:\n\n1. Fill in the badge form\n2. Fetch the badge\n"
    pieces = await written(answerer, "How do I get a badge?", source(3, steps))
    assert len(pieces) == 4
    assert all(str(piece).rstrip().endswith("[3]") for piece in pieces[:-1])


async def test_a_question_that_nothing_answers_is_refused(answerer: ExtractiveAnswerer) -> None:
    with pytest.raises(NotInSources):
        await written(answerer, "Which trains leave for Rome tonight?", source(), source(2, COFFEE))


async def test_without_sources_there_is_no_answer(answerer: ExtractiveAnswerer) -> None:
    async with aclosing(answerer.stream(task("When is tea?", source(text="---")))) as pieces:
        with pytest.raises(NotInSources):
            await anext(pieces)


def quotes(*sources: Source) -> list[Quote]:
    return [Quote(each, unit) for each in sources for unit in split_units(each.text)]


def shown(*sources: Source) -> str:
    return "".join(rendered(quotes(*sources)))


def test_sentences_of_one_source_are_a_paragraph_and_sources_are_parted() -> None:
    one, two = source(text="Tea is hot. It is good."), source(2, "Coffee is cold.")
    assert shown(one, two) == "Tea is hot. [1] It is good. [1]\n\nCoffee is cold. [2]"


def test_lists_stay_lists() -> None:
    text = "Do this:\n\n1. Open **it**\n   - gently\n2. Pour [tea](/x)\n"
    assert shown(source(text=text)) == "Do this: [1]\n\n1. Open **it** [1]\n  - gently [1]\n2. Pour tea [1]"


def test_a_list_that_nothing_introduces_stands_under_its_heading() -> None:
    text = "## To do\n\n- Open it\n- Close it\n"
    assert shown(source(text=text)) == "**To do**\n\n- Open it [1]\n- Close it [1]"


def test_a_single_item_is_a_sentence() -> None:
    assert shown(source(text="- Open the door")) == "Open the door [1]"


def test_rows_become_lines() -> None:
    assert (
        shown(source(text="Monday | Soup\nTuesday | Fish\n"))
        == "**Meals**\n\n- Monday – Soup [1]\n- Tuesday – Fish [1]"
    )


def test_code_stands_in_a_fence_and_is_not_touched() -> None:
    text = "Run it:\n\n$ tea --hot\n\nDone at last."
    assert shown(source(text=text)) == "Run it: [1]\n\n```\n$ tea --hot\n```\n\nDone at last. [1]"
    fenced = "```python\nx[0] = 1\n```"
    assert shown(source(text=fenced)) == fenced


def test_numbers_in_brackets_of_the_source_are_no_citations_of_ours() -> None:
    assert shown(source(text="Tea is hot.[12] It is old [2, 3].")) == "Tea is hot. [1] It is old. [1]"


def test_an_endless_item_ends_with_a_sentence() -> None:
    text = "- " + " ".join(f"This is sentence number {i} of a long item." for i in range(20))
    item = shown(source(text=text))
    assert len(item) < 330
    assert item.endswith(". [1]")


@pytest.mark.skipif(not SQUAD.is_dir(), reason="squad2 is not beside the project")
def test_squad_answers_are_in_the_quotes(real_embedder: Embedder) -> None:
    """30 questions with the right passage among five: the share that holds the answer (200: 0.90)."""
    sample = SquadSample(real_embedder, 30)
    assert sample.share_answered() >= 0.8


class SquadSample:
    """Questions of SQuAD 2.0, each with its passage and the four nearest others of its article."""

    def __init__(self, embedder: Embedder, size: int) -> None:
        self._embedder = embedder
        self._ranking = SentenceRanking(embedder)
        self._passages = {row["_id"]: row for row in _rows("corpus.jsonl")}
        answers = {row["_id"]: row["answers"] for row in _rows("answers.jsonl")}
        relevant = dict(
            line.split("\t")[:2] for line in (SQUAD / "qrels/test.tsv").read_text().splitlines()[1:]
        )
        chosen = random.Random(5).sample(sorted(_rows("queries.jsonl"), key=lambda row: row["_id"]), size)
        self._cases = [(row["text"], relevant[row["_id"]], answers[row["_id"]]) for row in chosen]

    def share_answered(self) -> float:
        hits = 0
        for question, gold, answers in self._cases:
            ranked = self._ranking.rank(question, self._sources(question, gold), "en")
            quoted = " ".join(quote.unit.text for quote in choose(ranked, asked_for(question))).lower()
            hits += any(answer.lower() in quoted for answer in answers)
        return hits / len(self._cases)

    def _sources(self, question: str, gold: str) -> Sequence[Source]:
        title = self._passages[gold]["title"]
        article = [name for name, row in self._passages.items() if row["title"] == title and name != gold]
        names = [gold, *article[:4]]
        vectors = self._embedder.embed_passages([self._passages[name]["text"] for name in names])
        cosines = vectors @ self._embedder.embed_query(question)
        order = np.argsort(-cosines)
        return [
            Source(
                n,
                _squad_passage(self._passages[names[at]], float(cosines[at])),
                self._passages[names[at]]["text"],
            )
            for n, at in enumerate(order, 1)
        ]


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (SQUAD / name).read_text().splitlines()]


def _squad_passage(row: dict[str, Any], cosine: float) -> Passage:
    title = row["title"].replace("_", " ")
    return Passage(row["_id"], row["_id"], "", title, (), row["text"], cosine, cosine)
