"""The command that measures what each level of pressure costs answers: `python -m evals.answer_levels`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.causeway_stack import CausewayStack
from benchmarks.child_process import NotStarted
from benchmarks.conditions import observe
from benchmarks.degraded_answers import MODULE, is_generation, visitors
from benchmarks.process_cpu import CpuMeter, descendants
from evals import visitor
from evals.answer_levels_report import LevelFigures, report
from evals.asking_bar import asking_bar
from evals.chosen_questions import sample
from evals.corpora import CORPORA, FOLDER, ROOT, SQUAD2, Corpus, squad2_documents
from evals.question_set import Question, QuestionsUnusable, load_questions
from evals.report import Judged
from evals.running import started
from evals.set_arguments import one_of
from evals.squad2_questions import squad2_as_questions
from libs.common.clock import SystemClock, rfc3339

NAMES = (*CORPORA, SQUAD2.name)
LEVELS = (0, 1, 2, 3)
SAMPLE = 120
"""Questions of each corpus."""
_AT_ONCE = 10
"""Questions that one level is asked before the next level's turn: what a processor is slowed down by in a
moment then befalls all of them."""
_WARM = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures every level over every corpus that is here; returns the exit code."""
    asked = _parser().parse_args(arguments)
    conditions = observe(ROOT, rfc3339(SystemClock().now()), "")
    found: dict[str, Mapping[int, LevelFigures]] = {}
    absent: list[str] = []
    try:
        for name in asked.names or NAMES:
            corpus = SQUAD2 if name == SQUAD2.name else CORPORA[name]
            if corpus.absence:
                absent.append(corpus.absence)
                continue
            found[name] = measure(corpus, questions_of(corpus, asked.most), asked.folder)
    except (NotStarted, QuestionsUnusable) as error:
        sys.stderr.write(f"evals: {error}\n")
        return 1
    print(report(found, conditions, absent))
    return 0


def questions_of(corpus: Corpus, most: int | None) -> tuple[Question, ...]:
    """The questions that are asked over a corpus: a fixed sample, or all of them."""
    everything = squad2_as_questions() if corpus is SQUAD2 else load_questions(corpus.name)
    return sample(everything, lambda question: question.ask, most)


def measure(corpus: Corpus, questions: Sequence[Question], folder: Path) -> Mapping[int, LevelFigures]:
    """Has questions answered under every level, by one running Causeway.

    Args:
        corpus: What they are about.
        questions: What is asked.
        folder: Where indexes are kept.
    """
    place = Corpus(corpus.name, squad2_documents(folder)) if corpus is SQUAD2 else corpus
    figures = {level: LevelFigures() for level in LEVELS}
    with started(place, folder, (MODULE,)) as stack:
        asyncio.run(visitor.outcomes(stack.settings, questions[:_WARM], "warm"))
        with asking_bar(f"{corpus.name}: asking", len(questions) * len(LEVELS)) as step:
            for first in range(0, len(questions), _AT_ONCE):
                for level in LEVELS:
                    _ask(stack, corpus.name, questions[first : first + _AT_ONCE], level, figures[level])
                    for _ in questions[first : first + _AT_ONCE]:
                        step()
    return figures


def _ask(
    stack: CausewayStack, corpus: str, questions: Sequence[Question], level: int, figures: LevelFigures
) -> None:
    meter = CpuMeter({"generation": filter(is_generation, descendants(stack.pid))})
    outcomes = asyncio.run(
        visitor.outcomes(stack.settings, questions, f"{visitors(level)}-{len(figures.judged)}")
    )
    figures.cpu_ms += meter.read()["generation"]
    figures.judged += [Judged(corpus, *each) for each in zip(questions, outcomes, strict=True)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.answer_levels",
        description="Measures what each level of pressure costs answers, in quality and in CPU.",
        epilog="example: python -m evals.answer_levels handbook --most 40",
    )
    parser.add_argument(
        "names", nargs="*", type=one_of(NAMES), help=f"{', '.join(NAMES)}; all of them by default"
    )
    parser.add_argument("--most", type=int, default=SAMPLE, help="questions of each")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where indexes are kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
