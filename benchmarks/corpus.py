"""What is indexed for P1 and P2, and what is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.load import ROOT


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents with questions.

    Attributes:
        docs: A folder of documents.
        questions: Questions that they answer, every one of them.
    """

    docs: Path
    questions: tuple[str, ...]

    def asked(self, times: int) -> tuple[str, ...]:
        """The questions in turn, so many times, no two alike: nothing that was found before is remembered."""
        return tuple(f"{question} ({time})" for time in range(1, times + 1) for question in self.questions)


OWN_DOCUMENTATION = Corpus(
    docs=ROOT / "docs",
    questions=(
        "How do I run Causeway on my machine?",
        "Which variables name the language model?",
        "What happens when a model fails in the middle of an answer?",
        "How does a host page open a session for a visitor?",
        "Which document formats can be ingested?",
        "How are passages ranked when a question is searched?",
        "What is a manifest and how is it validated?",
        "How are the citations of an answer checked?",
        "Why is the answer streamed over a POST request?",
        "When does the assistant refuse to answer a question?",
        "How does the ingest worker publish a new build of the index?",
        "Which port does each service listen on?",
    ),
)
"""The product's own documentation, which every checkout has."""
