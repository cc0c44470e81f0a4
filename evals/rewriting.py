"""Measures how well a conversation's questions are found: as asked, after the last one, and rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from statistics import fmean

from benchmarks.data_folder import models_folder
from evals.corpora import FOLDER
from evals.kept_vectors import KeptVectors
from evals.local_index import LocalIndex
from evals.mtrag import MTRAG, Asked, changed_subjects, conversations, passages
from evals.question_set import Half
from evals.report import table
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.continuity import clues, continuity
from services.generation.passage import Found
from services.generation.rewrite import blended, topic_of

_K = 5
_LANGUAGE = "en"
_HALVES: tuple[Half, ...] = ("development", "held_out")

Search = Callable[[str], Found]
Way = Callable[[Asked, Search], Found]


def run(full: bool) -> str:
    """Searches for the questions in three ways; all are taken, whatever `full` says."""
    if MTRAG.absence:
        return f"## Follow-up questions\n\nNot run: {MTRAG.absence}."
    vectors = KeptVectors(open_embedder(models_folder(FOLDER)), FOLDER)
    index = LocalIndex(passages(), vectors)
    asked = [each for each in conversations() if each.relevant]
    measured = {name: _recalls(asked, way, index.search) for name, way in WAYS.items()}
    changed = changed_subjects(asked)
    after = {name: _recalls(changed, way, index.search) for name, way in WAYS.items()}
    vectors.save()
    figures = report(asked, measured, changed, after)
    return f"## Follow-up questions\n\nrecall@{_K}, questions of MTRAG-UN\n\n{figures}"


def as_asked(question: Asked, search: Search) -> Found:
    """The question alone."""
    return search(question.text)


def after_the_last(question: Asked, search: Search) -> Found:
    """The question after the one before it."""
    before = [turn.question for turn in question.turns[-1:]]
    return search(" ".join((*before, question.text)))


def rewritten(question: Asked, search: Search) -> Found:
    """The question as an answer without a model looks for it."""
    return looked_for(question, search)[1]


def looked_for(question: Asked, search: Search) -> tuple[str, Found]:
    """Returns the question as an answer without a model reads it, and what it finds."""
    alone, topic = search(question.text), topic_of(question.turns, _LANGUAGE)
    if not topic:
        return question.text, alone
    together = search(f"{topic} {question.text}")
    seen = clues(question.text, _LANGUAGE, question.turns, alone.passages, together.passages)
    if continuity(seen) < 0:
        return question.text, alone
    return f"{topic} {question.text}", blended(alone, together)


WAYS: Mapping[str, Way] = {
    "as asked": as_asked,
    "after the last question": after_the_last,
    "rewritten": rewritten,
}


def report(
    asked: Sequence[Asked],
    measured: Mapping[str, Sequence[float]],
    changed: Sequence[Asked],
    after: Mapping[str, Sequence[float]],
) -> str:
    """Puts mean recalls into a table, a row for each kind of question and half.

    Args:
        asked: The questions in their own conversations.
        measured: Recall of each of them, by the way of searching.
        changed: Standalone questions after another conversation.
        after: Recall of each of those.
    """
    kinds: tuple[tuple[str, Callable[[Asked], bool]], ...] = (
        ("all", lambda one: True),
        ("standalone", lambda one: one.standalone),
        ("lean on the conversation", lambda one: not one.standalone),
    )
    rows = []
    for half in (None, *_HALVES):
        for name, belongs in kinds:
            rows.append(_row(name, half, asked, measured, belongs))
        rows.append(_row("standalone, another subject before", half, changed, after, lambda one: True))
    return table(("questions", "half", "number", *WAYS), rows)


def _row(
    name: str,
    half: Half | None,
    asked: Sequence[Asked],
    measured: Mapping[str, Sequence[float]],
    belongs: Callable[[Asked], bool],
) -> list[str]:
    chosen = [at for at, one in enumerate(asked) if belongs(one) and half in (None, one.half)]
    means = [fmean(recalls[at] for at in chosen) if chosen else 0.0 for recalls in measured.values()]
    label = half.replace("_", " ") if half else "both"
    return [
        name,
        label,
        str(len(chosen)),
        *(f".{round(1000 * mean):03d}" if mean < 1 else "1" for mean in means),
    ]


def _recalls(asked: Sequence[Asked], way: Way, search: Search) -> list[float]:
    return [recall(way(each, search), each.relevant) for each in asked]


def recall(found: Found, relevant: frozenset[str]) -> float:
    """Returns the share of the relevant passages among the first five."""
    top = {passage.passage_id for passage in found.passages[:_K]}
    return len(relevant & top) / len(relevant)
