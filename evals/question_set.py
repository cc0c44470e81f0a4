"""The questions of an evaluation, as they stand in its YAML files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

Kind = Literal["answerable", "paraphrase", "follow_up", "ambiguous", "off_topic", "near_miss", "language"]
"""What the documents hold for a question; `near_miss` sounds like them, and they do not answer it."""

Half = Literal["development", "held_out"]

ANSWERABLE: frozenset[Kind] = frozenset({"answerable", "paraphrase"})
UNANSWERABLE: frozenset[Kind] = frozenset({"off_topic", "near_miss"})

FOLDER = Path(__file__).parent / "questions"


class QuestionsUnusable(Exception):
    """A file of questions is not as it should be; the message says where."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what a right answer is.

    Attributes:
        ask: Its words.
        kind: What the documents hold for it.
        after: Questions that were asked before it in the same conversation.
        sources: Ends or parts of the uris of documents that answer it; one of them must be cited.
        right: Regular expressions, all of which a right answer's text matches, whatever the case.
        wrong: Those that none may match.
    """

    ask: str
    kind: Kind = "answerable"
    after: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    @property
    def half(self) -> Half:
        """The half that it belongs to, by the SHA-256 of its words: nobody chooses."""
        return half_of(self.ask)


def half_of(text: str) -> Half:
    """Returns the half that a text belongs to."""
    return "held_out" if hashlib.sha256(text.encode()).digest()[0] % 2 else "development"


def load_questions(name: str, folder: Path = FOLDER) -> tuple[Question, ...]:
    """Reads the questions over a corpus.

    Raises:
        QuestionsUnusable: The file is missing or wrong.
    """
    path = folder / f"{name}.yaml"
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise QuestionsUnusable(f"{path} cannot be read: {error}") from error
    questions = tuple(_question(path, row) for row in rows)
    if len({question.ask for question in questions}) < len(questions):
        raise QuestionsUnusable(f"{path} asks something twice.")
    return questions


def _question(path: Path, row: dict[str, Any]) -> Question:
    lists = {name: tuple(row.get(name, ())) for name in ("after", "sources", "right", "wrong")}
    kind = row.get("kind", "answerable")
    unknown = row.keys() - {"ask", "kind", *lists}
    if unknown or "ask" not in row or kind not in get_args(Kind):
        raise QuestionsUnusable(f"{path}: {row} has an unknown field or kind, or asks nothing.")
    answered = kind not in UNANSWERABLE and kind != "ambiguous"
    if answered != bool(lists["right"] and lists["sources"]):
        raise QuestionsUnusable(f"{path}: {row['ask']!r} needs `right` and `sources`, or neither.")
    return Question(row["ask"], kind, **lists)
