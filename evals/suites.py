"""The evaluations that there are, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from evals import (
    answers,
    citations,
    curated_answers,
    intents,
    personal_data,
    question_languages,
    reader,
    retrieval,
    rewriting,
    squad2_answers,
    unanswerable,
)


class Suite(Protocol):
    """A module that evaluates one thing."""

    def run(self, full: bool) -> str:
        """Measures and returns what was found as Markdown, beginning with a heading of the second level.

        Where its material is not here, that is what it says: `Not run: …`.

        Args:
            full: Take all questions, rather than a sample.

        Raises:
            NotStarted: Something that it runs did not come up.
            QuestionsUnusable: A file of questions is not as it should be.
        """


SUITES: Mapping[str, Suite] = {
    "retrieval": retrieval,
    "answers": answers,
    "reader": reader,
    "squad2": squad2_answers,
    "intents": intents,
    "languages": question_languages,
    "rewriting": rewriting,
    "unanswerable": unanswerable,
    "citations": citations,
    "pii": personal_data,
    "curated": curated_answers,
}
"""In the order in which they run."""
