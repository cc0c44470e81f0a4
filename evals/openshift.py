"""Questions about OpenShift's documentation with generated answers, and the sentences that say the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.corpora import DATA, Corpus
from services.generation.sentence_ranking import Candidate
from services.generation.terms import content_terms

OPENSHIFT = Corpus("openshift", DATA / "ocp-docs")

_LIKE = 0.3
"""Least overlap with the generated answer of the sentence that is most like it."""
_ABOUT_AS_LIKE = 0.85
_INSIDE = 0.9
"""Share of a sentence's words that a labelled section must have for the sentence to be of it."""


@dataclass(frozen=True, slots=True)
class GeneratedAnswer:
    """A question with a model's answer and the words of the sections that it was made from.

    Attributes:
        text: The question.
        terms: Content words of the answer.
        sections: Content words of each section.
    """

    text: str
    terms: frozenset[str]
    sections: tuple[frozenset[str], ...]


def openshift_documents(folder: Path) -> Path:
    """Writes the pages that the questions are about as documents, once; returns the folder."""
    documents = folder / "openshift-documents"
    documents.mkdir(parents=True, exist_ok=True)
    wanted = {_page(name) for names in _relevant().values() for name in names}
    pages: dict[str, list[str]] = {}
    for row in _rows("corpus.jsonl"):
        if _page(row["_id"]) in wanted:
            pages.setdefault(_page(row["_id"]), []).append(f"## {row['title']}\n\n{row['text']}")
    for page, sections in pages.items():
        path = documents / f"{page.replace('/', '__')}.md"
        if not path.exists():
            path.write_text("\n\n".join(sections)[1:] + "\n", encoding="utf-8")
    return documents


def generated_answers() -> tuple[GeneratedAnswer, ...]:
    """Returns the questions with their answers."""
    texts = {row["_id"]: content_terms(row["text"]) for row in _rows("corpus.jsonl")}
    answers = {row["_id"]: content_terms(row["answer"]) for row in _rows("answers.jsonl")}
    relevant = _relevant()
    return tuple(
        GeneratedAnswer(
            row["text"], answers[row["_id"]], tuple(texts[name] for name in relevant.get(row["_id"], ()))
        )
        for row in _rows("queries.jsonl")
    )


def saying(answer: GeneratedAnswer, ranked: Sequence[Candidate]) -> tuple[bool, ...]:
    """Which sentences of the labelled sections say what the answer says; none where all are unlike it."""
    likeness = [_likeness(answer, candidate.terms) for candidate in ranked]
    most = max(likeness, default=0.0)
    return tuple(most > _LIKE and value >= _ABOUT_AS_LIKE * most for value in likeness)


def _likeness(answer: GeneratedAnswer, terms: frozenset[str]) -> float:
    """Harmonic mean of the shares of common words, 0 outside the labelled sections."""
    if not any(len(terms & section) >= _INSIDE * len(terms) for section in answer.sections):
        return 0.0
    return 2 * len(terms & answer.terms) / max(1, len(terms) + len(answer.terms))


def _relevant() -> Mapping[str, list[str]]:
    relevant: dict[str, list[str]] = {}
    for line in (OPENSHIFT.folder / "qrels/test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, section, _ = line.split("\t")
        relevant.setdefault(question, []).append(section)
    return relevant


def _page(section: str) -> str:
    return section.partition("#")[0]


def _rows(name: str) -> list[dict[str, Any]]:
    lines = (OPENSHIFT.folder / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
