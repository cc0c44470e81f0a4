"""The conversations of MTRAG-UN: questions with what was said before them, and the passages that answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from evals.corpora import DATA, Corpus
from evals.question_set import FOLDER, Half, half_of
from services.generation.memory import PastTurn

MTRAG = Corpus("mtrag-un-dev", DATA / "mtrag-un-dev")
STANDALONE = FOLDER / "mtrag-standalone.txt"
"""Questions after the first of a conversation that can be understood without it, as one reader judged them
before anything was tuned."""

_SOME_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_LONG = 2
"""Turns of a conversation that is lent to another one's question."""


@dataclass(frozen=True)
class Asked:
    """A question of a conversation.

    Attributes:
        id: Its name; the part before `<::>` is the conversation's.
        text: Its words.
        turns: What was said before it, oldest first.
        domain: What the conversation is about.
        answerability: What its readers found: `ANSWERABLE`, `PARTIAL`, `UNANSWERABLE` from the passages, or
            `UNDERSPECIFIED`.
        standalone: Whether it can be understood without what was said before it.
        relevant: The passages that answer it.
    """

    id: str
    text: str
    turns: tuple[PastTurn, ...]
    domain: str
    answerability: str
    standalone: bool
    relevant: frozenset[str]

    @property
    def underspecified(self) -> bool:
        """Whether its readers found that it needs a clarifying question."""
        return self.answerability == "UNDERSPECIFIED"

    @cached_property
    def half(self) -> Half:
        """The half that its conversation belongs to."""
        return half_of(self.id.split("<")[0])


def conversations() -> tuple[Asked, ...]:
    """Reads the questions."""
    relevant: dict[str, set[str]] = {}
    for line in (MTRAG.folder / "qrels/test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, passage, _ = line.split("\t")
        relevant.setdefault(question, set()).add(passage)
    standalone = set(STANDALONE.read_text(encoding="utf-8").split())
    return tuple(
        Asked(
            row["_id"],
            row["question"],
            _turns(row["history"]),
            row["domain"],
            row["answerability"],
            row["_id"] in standalone or not row["history"],
            frozenset(relevant.get(row["_id"], ())),
        )
        for row in _rows("conversations.jsonl")
    )


def passages() -> Mapping[str, str]:
    """Reads the passages: title and text by id."""
    rows = _rows("corpus.jsonl")
    return {row["_id"]: "\n".join(part for part in (row["title"], row["text"]) if part) for row in rows}


def changed_subjects(asked: Sequence[Asked]) -> tuple[Asked, ...]:
    """Returns the standalone questions after another conversation, about something else, than their own."""
    lending = [each for each in asked if len(each.turns) >= _LONG]
    changed = []
    for place, each in enumerate(each for each in asked if each.standalone):
        others = [other for other in lending if other.domain != each.domain]
        changed.append(replace(each, turns=others[place * 7 % len(others)].turns))
    return tuple(changed)


def _turns(history: Sequence[Mapping[str, str]]) -> tuple[PastTurn, ...]:
    pairs = zip(history[::2], history[1::2], strict=False)
    return tuple(
        PastTurn("", question["content"], "", answer["content"], "stop", _SOME_TIME)
        for question, answer in pairs
    )


def _rows(name: str) -> list[dict[str, Any]]:
    lines = (MTRAG.folder / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
