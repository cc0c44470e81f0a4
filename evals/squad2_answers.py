"""Questions of SQuAD 2.0, answered from what retrieval finds among its passages."""

from __future__ import annotations

import asyncio
from pathlib import Path

from benchmarks.data_folder import models_folder
from evals.corpora import FOLDER, SQUAD2, Corpus, squad2_documents
from evals.kept_vectors import KeptVectors
from evals.passage_search import search_all
from evals.report import REFERENCE, squad_report
from evals.running import running, say
from evals.squad2 import SAMPLE, Reading, measure, squad_questions
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.alignment import Alignment
from services.generation.sentence_ranking import SentenceRanking

_HEADING = "## SQuAD 2.0"


def run(full: bool) -> str:
    """Measures a fixed sample, or all questions."""
    return report(None if full else SAMPLE)


def report(size: int | None, folder: Path = FOLDER) -> str:
    """Measures so many questions of each half and kind.

    Args:
        size: How many; None for all.
        folder: Where indexes and vectors are kept.
    """
    if SQUAD2.absence:
        return f"{_HEADING}\n\nNot run: {SQUAD2.absence}."
    halves = squad_questions(SQUAD2.folder, size)
    texts = dict.fromkeys(q.text for questions in halves.values() for q in questions.all)
    with running(Corpus(SQUAD2.name, squad2_documents(folder)), folder) as settings:
        say(f"squad2: searching for {len(texts)} questions")
        found = asyncio.run(search_all(settings, texts))
    vectors = KeptVectors(open_embedder(models_folder(folder)), folder)
    reading = Reading(SentenceRanking(vectors), Alignment(vectors))
    say("squad2: answering (the first time embeds the sentences)")
    figures = [measure(half, questions, found, reading) for half, questions in halves.items()]
    vectors.save()
    return f"{_HEADING}\n\n{squad_report(figures)}\n\n{REFERENCE}"
