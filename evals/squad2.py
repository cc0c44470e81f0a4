"""SQuAD 2.0: tells whether the answer is in what is quoted, and whether near misses are refused."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from evals.question_set import Half, half_of
from evals.separation import auc, refused_at
from services.generation.alignment import Alignment
from services.generation.answer_fit import fit
from services.generation.answer_type import asked_for
from services.generation.context import assemble
from services.generation.evidence import weigh
from services.generation.extraction import choose
from services.generation.extractive import rendered
from services.generation.passage import Found
from services.generation.sentence_ranking import Candidate, SentenceRanking

SAMPLE = 300
"""Questions of each half and kind that are asked unless all are wanted."""
FALSE_REFUSALS = 0.15
CONTEXT_TOKENS = 3000
_NO_WORD = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class SquadQuestion:
    """A question with the answers that count; unanswerable ones have none.

    Attributes:
        text: The question.
        answers: Spans of its passage, any of which answers it.
        document: Name of the document that holds its passage; empty where none answers.
    """

    text: str
    answers: tuple[str, ...] = ()
    document: str = ""


@dataclass(frozen=True, slots=True)
class SquadHalf:
    """One half of the questions.

    Attributes:
        answerable: Those that a passage answers.
        unanswerable: Those that none answers, written to look as if one did.
    """

    answerable: tuple[SquadQuestion, ...]
    unanswerable: tuple[SquadQuestion, ...]

    @property
    def all(self) -> tuple[SquadQuestion, ...]:
        """Both kinds."""
        return (*self.answerable, *self.unanswerable)


@dataclass(frozen=True, slots=True)
class Reading:
    """What chooses sentences, and what reads the best one closely."""

    ranking: SentenceRanking
    alignment: Alignment


@dataclass(frozen=True, slots=True)
class SquadFigures:
    """What was measured on one half.

    Attributes:
        half: Which one.
        answerable: Questions with an answer.
        unanswerable: Questions without one, written to look as if they had.
        found: Share of the answerable ones whose passage is among those that were found.
        sentence: Share whose best sentence holds the answer.
        quoted: Share whose quotes hold it.
        near_miss_auc: How well the answer's fit tells answerable from unanswerable questions.
        near_miss_refused: Share of the unanswerable that are refused where 15 % of the others are, too.
        fit_auc: How well the fit tells right quotes from wrong ones, among the answerable.
    """

    half: Half
    answerable: int
    unanswerable: int
    found: float
    sentence: float
    quoted: float
    near_miss_auc: float
    near_miss_refused: float
    fit_auc: float


def squad_questions(folder: Path, size: int | None) -> dict[Half, SquadHalf]:
    """Returns the questions of each half.

    Args:
        folder: SQuAD 2.0 as in its README.
        size: Most of each kind and half, always the same ones; None for all.
    """
    answers = {row["_id"]: tuple(row["answers"]) for row in _rows(folder / "answers.jsonl")}
    lines = (folder / "qrels/test.tsv").read_text(encoding="utf-8").splitlines()[1:]
    passage = dict(line.split("\t")[:2] for line in lines)
    answerable = [
        SquadQuestion(row["text"], answers[row["_id"]], passage[row["_id"]])
        for row in _rows(folder / "queries.jsonl")
    ]
    unanswerable = [SquadQuestion(row["text"]) for row in _rows(folder / "unanswerable.jsonl")]
    return {
        half: SquadHalf(_sample(answerable, half, size), _sample(unanswerable, half, size))
        for half in get_args(Half)
    }


def measure(half: Half, questions: SquadHalf, found: Mapping[str, Found], reading: Reading) -> SquadFigures:
    """Has every question of a half answered from what was found for it."""
    replies = [_reply(question, found[question.text], reading) for question in questions.answerable]
    others = [_reply(question, found[question.text], reading).fit for question in questions.unanswerable]
    fits = [reply.fit for reply in replies]
    count = max(1, len(replies))
    return SquadFigures(
        half=half,
        answerable=len(questions.answerable),
        unanswerable=len(questions.unanswerable),
        found=sum(reply.found for reply in replies) / count,
        sentence=sum(reply.sentence for reply in replies) / count,
        quoted=sum(reply.quoted for reply in replies) / count,
        near_miss_auc=auc(fits, others),
        near_miss_refused=refused_at(fits, others, FALSE_REFUSALS),
        fit_auc=auc([r.fit for r in replies if r.quoted], [r.fit for r in replies if not r.quoted]),
    )


def holds(text: str, answers: Sequence[str]) -> bool:
    """Whether a text has one of the answers, whatever the case and the punctuation."""
    bare = f" {_bare(text)} "
    return any(f" {_bare(answer)} " in bare for answer in answers)


def ranked_for(question: str, found: Found, ranking: SentenceRanking) -> tuple[Candidate, ...]:
    """Ranks the sentences of what was found for a question in English."""
    return ranking.rank(question, assemble(found.passages, CONTEXT_TOKENS), "en")


def quoted_text(question: str, ranked: Sequence[Candidate]) -> str:
    """Returns what would be quoted."""
    return "".join(rendered(choose(ranked, asked_for(question))))


def fit_of(question: str, found: Found, ranked: Sequence[Candidate], reading: Reading) -> float:
    """Returns how likely the best sentence answers a question in English, 0 to 1; 0 without any."""
    if not ranked:
        return 0.0
    relevance = weigh(question, found.passages, "en", 0.0).relevance
    return fit(ranked[0], relevance, reading.alignment.aligned(question, ranked[0].words, "en"))


@dataclass(frozen=True, slots=True)
class _Reply:
    found: bool
    sentence: bool
    quoted: bool
    fit: float


def _reply(question: SquadQuestion, found: Found, reading: Reading) -> _Reply:
    ranked = ranked_for(question.text, found, reading.ranking)
    if not ranked:
        return _Reply(False, False, False, 0.0)
    return _Reply(
        found=any(f"{question.document}." in passage.uri for passage in found.passages),
        sentence=holds(ranked[0].words, question.answers),
        quoted=holds(quoted_text(question.text, ranked), question.answers),
        fit=fit_of(question.text, found, ranked, reading),
    )


def _bare(text: str) -> str:
    return _NO_WORD.sub(" ", text.lower()).strip()


def _sample(questions: Sequence[SquadQuestion], half: Half, size: int | None) -> tuple[SquadQuestion, ...]:
    return tuple(sorted((q for q in questions if half_of(q.text) == half), key=_shuffled)[:size])


def _shuffled(question: SquadQuestion) -> str:
    return hashlib.sha256(f"sample {question.text}".encode()).hexdigest()


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
