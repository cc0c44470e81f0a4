"""A fresh reader's check: sixty questions through the whole product, judged kind by kind."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from pathlib import Path

from evals import visitor
from evals.corpora import CORPORA, FOLDER, Corpus
from evals.question_set import load_questions
from evals.report import Judged, kinds_report
from evals.running import running, say
from libs.common.settings import environment

QUESTIONS = {"handbook": "reader_handbook", "fastapi": "reader_fastapi"}
"""Files of questions by corpus."""


def run(full: bool) -> str:
    """Asks all sixty; there is no sample."""
    return report([CORPORA[name] for name in QUESTIONS], environment().get("CAUSEWAY_MODEL", ""))


def report(corpora: Iterable[Corpus], model: str, folder: Path = FOLDER) -> str:
    """Asks the questions over some corpora.

    Args:
        corpora: Which.
        model: The language model that writes; empty for the extractive answerer alone.
        folder: Where indexes are kept.
    """
    named = list(corpora)
    judged = [each for corpus in named if not corpus.absence for each in _judged(corpus, folder)]
    parts = ["## A fresh reader", f"Written by {model or 'the extractive answerer'}."]
    if judged:
        parts += [kinds_report(judged), _not_right(judged)]
    parts += [f"Not run: {corpus.absence}." for corpus in named if corpus.absence]
    if not model:
        parts.append("Not run: the same with a language model; CAUSEWAY_MODEL names none.")
    return "\n\n".join(part for part in parts if part)


def _judged(corpus: Corpus, folder: Path) -> list[Judged]:
    questions = load_questions(QUESTIONS[corpus.name])
    with running(corpus, folder) as settings:
        say(f"{corpus.name}: asking {len(questions)} questions")
        outcomes = asyncio.run(visitor.outcomes(settings, questions))
    return [
        Judged(corpus.name, question, outcome) for question, outcome in zip(questions, outcomes, strict=True)
    ]


def _not_right(judged: Sequence[Judged]) -> str:
    """Which questions went wrong: they are for reading, not for tuning."""
    lines = [
        f"- {each.corpus}, {each.question.kind}, {each.verdict}: {each.question.ask}"
        for each in judged
        if each.verdict != "right"
    ]
    return "\n".join(["Not right:", "", *lines]) if lines else ""
