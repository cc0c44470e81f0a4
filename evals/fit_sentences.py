"""Makes the weights of the extractive answerer: `python -m evals.fit_sentences`.

Prints the tables of `services/generation/sentence_weights.py`. Nothing of a held-out half is learned from.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.data_folder import models_folder
from evals.corpora import CORPORA, DATA, FOLDER, SQUAD2, Corpus, squad2_documents
from evals.kept_vectors import KeptVectors
from evals.linear_models import Array, Choice, Signs, fit_choices
from evals.openshift import OPENSHIFT, GeneratedAnswer, generated_answers, openshift_documents, saying
from evals.passage_search import search_all
from evals.question_set import ANSWERABLE, Question, half_of, load_questions
from evals.running import running
from evals.squad2 import SquadQuestion, holds, quoted_text, ranked_for, squad_questions
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.answer_type import WAYS, asked_for
from services.generation.passage import Found
from services.generation.sentence_features import FEATURES
from services.generation.sentence_ranking import Candidate, SentenceRanking

SQUAD_SIZE = 1000
OUT_OF_SCOPE = 64
_WINDOW = 5
"""Sentences within which an answer in several parts must be complete."""
_NEVER_AGAINST = (
    "cosine", "neighbour_cosine", "passage_cosine", "passage_rank", "passage_score", "passage_words",
    "passage_top",
    "counted", "answers_heading", "words", "words_or_headings", "words_around", "pairs", "names",
    "heading_exact", "fact", "defines", "spells_out", "instructs", "instructs_near",
)  # fmt: skip
_MOST: Mapping[str, float] = {
    "points": -6.0, "asks": -6.0, "dangles": -3.0, "label": -2.5, "example": -2.0, "no_fact": -1.0,
    "broken": -0.5, "row": -0.3, "leans": 0.0,
}  # fmt: skip
"""Faults of form: the texts hold too few of them to teach how much they matter to a reader."""
_LEAST_OF_WAYS: Mapping[str, float] = {"cosine": 5.5, "neighbour_cosine": 1.2, "headings": 0.3}
"""Chosen by cross-validation on the development questions about documents."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its ranked sentences and what is right about them.

    Attributes:
        question: Its words.
        found: What was found for it.
        ranked: Its sentences.
        right: Which of them hold the answer.
        answered: Whether what would be quoted is right.
        weight: How much it counts where sentences are ranked.
        fit_weight: How much it counts where answers are judged.
        answerable: Whether a passage answers it, where others were written to look as if one did; else None.
    """

    question: str
    found: Found
    ranked: tuple[Candidate, ...]
    right: tuple[bool, ...]
    answered: bool
    weight: float
    fit_weight: float
    answerable: bool | None = None


def document_examples(
    questions: Sequence[Question], found: Mapping[str, Found], ranking: SentenceRanking
) -> Iterator[Example]:
    """Yields the questions of the development half that documents answer, near-miss and off topic."""
    for question in questions:
        answerable = question.kind in ANSWERABLE
        if question.half == "held_out" or not (answerable or question.kind in ("near_miss", "off_topic")):
            continue
        ranked = ranked_for(question.ask, found[question.ask], ranking)
        text = quoted_text(question.ask, ranked)
        right = tuple(_holding(question, ranked)) if answerable else (False,) * len(ranked)
        answered = answerable and all(_matches(pattern, text) for pattern in question.right)
        fit_weight = 2.0 if question.kind == "off_topic" else 8.0
        yield Example(question.ask, found[question.ask], ranked, right, answered, 6.0, fit_weight)


def squad_examples(
    questions: Sequence[SquadQuestion], found: Mapping[str, Found], ranking: SentenceRanking
) -> Iterator[Example]:
    """Yields questions of SQuAD 2.0."""
    for question in questions:
        ranked = ranked_for(question.text, found[question.text], ranking)
        right = tuple(
            holds(each.words, question.answers) and f"{question.document}." in each.source.passage.uri
            for each in ranked
        )
        answered = holds(quoted_text(question.text, ranked), question.answers)
        yield Example(
            question.text, found[question.text], ranked, right, answered, 1.0, 1.0, bool(question.answers)
        )


def out_of_scope_examples(
    texts: Sequence[str], found: Mapping[str, Found], ranking: SentenceRanking
) -> Iterator[Example]:
    """Yields questions that no documents treat."""
    for text in texts:
        ranked = ranked_for(text, found[text], ranking)
        yield Example(text, found[text], ranked, (False,) * len(ranked), False, 0.0, 0.4)


def openshift_examples(
    answers: Sequence[GeneratedAnswer], found: Mapping[str, Found], ranking: SentenceRanking
) -> Iterator[Example]:
    """Yields questions about OpenShift, from which only the ranking of sentences learns."""
    for answer in answers:
        ranked = ranked_for(answer.text, found[answer.text], ranking)
        yield Example(answer.text, found[answer.text], ranked, saying(answer, ranked), False, 1.0, 0.0)


def sentence_weights(examples: Sequence[Example], *, ways: bool) -> dict[str, float]:
    """Fits the weights for questions that ask for a way to do something, or for all others."""
    least = {**dict.fromkeys(_NEVER_AGAINST, 0.0), **(_LEAST_OF_WAYS if ways else {})}
    choices = [
        Choice(_matrix(each.ranked), np.array(each.right, float), each.weight)
        for each in examples
        if any(each.right) and (asked_for(each.question) in WAYS) == ways
    ]
    free = Signs(
        np.array([0.0 if name in _NEVER_AGAINST else -np.inf for name in FEATURES]),
        np.array([0.0 if name in _MOST else np.inf for name in FEATURES]),
    )
    fitted = dict(zip(FEATURES, map(float, fit_choices(choices, free)), strict=True))
    bounded = {name: min(value, _MOST.get(name, np.inf)) for name, value in fitted.items()}
    return {name: round(max(value, least.get(name, -np.inf)), 2) for name, value in bounded.items()}


def main(arguments: Sequence[str] | None = None) -> int:
    """Gathers the examples, fits, and prints the tables; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.fit_sentences", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where indexes and vectors are kept")
    folder = parser.parse_args(arguments).folder
    if SQUAD2.absence:
        sys.stderr.write(f"evals: {SQUAD2.absence}\n")
        return 1
    vectors = KeptVectors(open_embedder(models_folder(folder)), folder)
    examples = list(gathered(folder, SentenceRanking(vectors)))
    vectors.save()
    for name, ways in (("OF_WAYS", True), ("OF_FACTS", False)):
        print(name, json.dumps(sentence_weights(examples, ways=ways), indent=4))
    return 0


def gathered(
    folder: Path, ranking: SentenceRanking, squad_size: int | None = SQUAD_SIZE
) -> Iterator[Example]:
    """Yields the examples of the development halves.

    Args:
        folder: Where indexes are kept.
        ranking: Ranks the sentences.
        squad_size: Questions of SQuAD 2.0 of each kind; None for all.
    """
    strange = _out_of_scope()
    for corpus in CORPORA.values():
        if not corpus.absence:
            questions = load_questions(corpus.name)
            found = _searched(folder, corpus, [*(question.ask for question in questions), *strange])
            yield from document_examples(questions, found, ranking)
            yield from out_of_scope_examples(strange, found, ranking)
    if not OPENSHIFT.absence:
        answers = generated_answers()
        documents = Corpus(OPENSHIFT.name, openshift_documents(folder))
        found = _searched(folder, documents, [answer.text for answer in answers])
        yield from openshift_examples(answers, found, ranking)
    half = squad_questions(SQUAD2.folder, squad_size)["development"]
    documents = Corpus(SQUAD2.name, squad2_documents(folder))
    found = _searched(folder, documents, [question.text for question in half.all])
    yield from squad_examples(half.all, found, ranking)


def _searched(folder: Path, corpus: Corpus, texts: Sequence[str]) -> Mapping[str, Found]:
    with running(corpus, folder) as settings:
        return asyncio.run(search_all(settings, dict.fromkeys(texts)))


def _out_of_scope() -> list[str]:
    path = DATA / "intents-oos/clinc150_test.jsonl"
    rows = (
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )
    texts = [str(row["text"]) for row in rows if row["intent"] == "oos"]
    return [text for text in texts if half_of(text) == "development"][:OUT_OF_SCOPE]


def _holding(question: Question, ranked: Sequence[Candidate]) -> list[bool]:
    """Which sentences hold the answer; where none holds all, those with which a stretch begins that does."""
    alone = _holding_by(question, ranked, lambda each: each.words)
    return alone if any(alone) else _holding_by(question, ranked, lambda each: _stretch_from(each, ranked))


def _holding_by(
    question: Question, ranked: Sequence[Candidate], text_of: Callable[[Candidate], str]
) -> list[bool]:
    return [
        any(source in each.source.passage.uri for source in question.sources)
        and all(_matches(pattern, text_of(each)) for pattern in question.right)
        for each in ranked
    ]


def _stretch_from(first: Candidate, ranked: Sequence[Candidate]) -> str:
    return " ".join(
        each.words
        for each in ranked
        if each.source == first.source and 0 <= each.place - first.place < _WINDOW
    )


def _matches(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE | re.DOTALL) is not None


def _matrix(ranked: Sequence[Candidate]) -> Array:
    return np.array([candidate.features for candidate in ranked])


if __name__ == "__main__":
    sys.exit(main())
