"""Published documents with questions, and which documents answer each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from evals.corpora import DATA

Split = Literal["test", "train"]


@dataclass(frozen=True, slots=True)
class SetDocument:
    """One document.

    Attributes:
        name: Its id in the set; it is ingested under this as uri.
        title: Its title; may be empty.
        text: What it says, as plain text.
    """

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with the names of the documents that answer it, at least one."""

    name: str
    text: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """A set in the layout of BEIR: corpus.jsonl, queries.jsonl and qrels/<split>.tsv.

    Attributes:
        name: Its name, and the tenant that its documents are ingested for.
        folder: Where it lies.
    """

    name: str
    folder: Path

    @property
    def absence(self) -> str:
        """Why it cannot be used here; empty if it can."""
        there = (self.folder / "corpus.jsonl").is_file()
        return "" if there else f"{self.name}: {self.folder} is not here"

    def documents(self) -> Iterator[SetDocument]:
        """Yields its documents in the order of the file."""
        for row in _rows(self.folder / "corpus.jsonl"):
            yield SetDocument(row["_id"], row["title"].replace("_", " "), row["text"])

    def questions(self, split: Split = "test") -> tuple[JudgedQuestion, ...]:
        """Returns the questions of a split that have an answer, in the order of the file."""
        answers: dict[str, set[str]] = {}
        for line in (self.folder / f"qrels/{split}.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            question, document, grade = line.split("\t")
            if int(grade) > 0:
                answers.setdefault(question, set()).add(document)
        return tuple(
            JudgedQuestion(row["_id"], row["text"], frozenset(answers[row["_id"]]))
            for row in _rows(self.folder / "queries.jsonl")
            if row["_id"] in answers
        )


SETS: Mapping[str, JudgedSet] = {
    name: JudgedSet(name, DATA / name) for name in ("scifact", "squad2", "ocp-docs", "mtrag-un-dev")
}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    # Not splitlines(): texts hold line separators of Unicode, which it would break at.
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            yield json.loads(line)
