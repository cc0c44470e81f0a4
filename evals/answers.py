"""Questions about documents, asked of the whole product; `python -m evals.answers` shows mistakes too."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.child_process import NotStarted
from evals import visitor
from evals.corpora import CORPORA, FOLDER, Corpus
from evals.question_set import QuestionsUnusable, load_questions
from evals.report import Judged, documents_report, mistakes_report
from evals.running import running, say
from evals.set_arguments import one_of


def run(full: bool) -> str:
    """Asks every question over every corpus; there is no sample."""
    return report(CORPORA.values())


def report(corpora: Iterable[Corpus], folder: Path = FOLDER, *, mistakes: bool = False) -> str:
    """Asks the questions over some corpora.

    Args:
        corpora: Which.
        folder: Where indexes are kept.
        mistakes: Whether to show what was not right, of the development half only.
    """
    named = list(corpora)
    judged = [each for corpus in named if not corpus.absence for each in _judged(corpus, folder)]
    parts = ["## Answers about documents"]
    if judged:
        parts.append(documents_report(judged))
    if judged and mistakes:
        parts.append(f"### Not right, development half\n\n{mistakes_report(judged, 'development')}")
    parts += [f"Not run: {corpus.absence}." for corpus in named if corpus.absence]
    return "\n\n".join(parts)


def _judged(corpus: Corpus, folder: Path) -> list[Judged]:
    questions = load_questions(corpus.name)
    with running(corpus, folder) as settings:
        say(f"{corpus.name}: asking {len(questions)} questions")
        outcomes = asyncio.run(visitor.outcomes(settings, questions))
    return [
        Judged(corpus.name, question, outcome) for question, outcome in zip(questions, outcomes, strict=True)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluates what is named, or all; returns the exit code."""
    asked = _parser().parse_args(arguments)
    named = [corpus for corpus in CORPORA.values() if not asked.names or corpus.name in asked.names]
    try:
        print(report(named, asked.folder, mistakes=asked.mistakes))
    except (NotStarted, QuestionsUnusable) as error:
        sys.stderr.write(f"evals: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.answers",
        description="Asks questions with known answers and prints how many were right; see evals/README.md.",
        epilog="example: python -m evals.answers own --mistakes",
    )
    parser.add_argument(
        "names", nargs="*", type=one_of(CORPORA), help=f"{', '.join(CORPORA)}; all of them by default"
    )
    parser.add_argument(
        "--mistakes", action="store_true", help="show what was not right, of the development half only"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where indexes are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
