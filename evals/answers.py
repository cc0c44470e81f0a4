"""The command of the evaluation of answers: `python -m evals.answers`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.causeway_stack import causeway_stack
from benchmarks.child_process import NotStarted
from benchmarks.conditions import observe
from benchmarks.data_folder import data_folder, models_folder
from cli.settings import Settings
from evals import visitor
from evals.corpora import CORPORA, ROOT, SQUAD2, Corpus, squad2_documents
from evals.kept_vectors import KeptVectors
from evals.passage_search import search_all
from evals.question_set import QuestionsUnusable, load_questions
from evals.report import REFERENCE, Judged, documents_report, mistakes_report, squad_report
from evals.squad2 import SAMPLE, measure, squad_questions
from libs.common.clock import SystemClock, rfc3339
from libs.common.settings import environment
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.sentence_ranking import SentenceRanking

FOLDER = ROOT / ".causeway-evals"
NAMES = (*CORPORA, SQUAD2.name)


def main(arguments: Sequence[str] | None = None) -> int:
    """Evaluates what is named, or all; returns the exit code."""
    asked = _parser().parse_args(arguments)
    wanted = [name for name in NAMES if not asked.names or name in asked.names]
    conditions = observe(ROOT, rfc3339(SystemClock().now()), "")
    print(f"# Answers\n\n{conditions.date}, commit {conditions.commit}, {conditions.cores} cores\n")
    try:
        absent = _documents([CORPORA[name] for name in wanted if name in CORPORA], asked)
        if SQUAD2.name in wanted:
            absent += _squad(asked)
    except (NotStarted, QuestionsUnusable) as error:
        sys.stderr.write(f"evals: {error}\n")
        return 1
    for reason in absent:
        print(f"Not run: {reason}.")
    return 0


def _documents(corpora: Sequence[Corpus], asked: argparse.Namespace) -> list[str]:
    """Asks about the documents through the whole product; returns what could not be."""
    judged: list[Judged] = []
    for corpus in corpora:
        if not corpus.absence:
            _say(f"{corpus.name}: starting Causeway (the first time indexes the documents)")
            questions = load_questions(corpus.name)
            with _running(asked.folder, corpus) as settings:
                _say(f"{corpus.name}: asking {len(questions)} questions")
                outcomes = asyncio.run(visitor.outcomes(settings, questions))
            judged += [
                Judged(corpus.name, question, outcome)
                for question, outcome in zip(questions, outcomes, strict=True)
            ]
    if judged:
        print(f"## Documents\n\n{documents_report(judged)}\n")
    if judged and asked.mistakes:
        print(f"### Not right, development half\n\n{mistakes_report(judged, 'development')}")
    return [corpus.absence for corpus in corpora if corpus.absence]


def _squad(asked: argparse.Namespace) -> list[str]:
    if SQUAD2.absence:
        return [SQUAD2.absence]
    full = asked.full or environment().get("FULL", "") not in {"", "0"}
    halves = squad_questions(SQUAD2.folder, None if full else SAMPLE)
    texts = dict.fromkeys(q.text for questions in halves.values() for q in questions.all)
    _say("squad2: starting Causeway (the first time indexes the passages)")
    with _running(asked.folder, Corpus(SQUAD2.name, squad2_documents(asked.folder))) as settings:
        _say(f"squad2: searching for {len(texts)} questions")
        found = asyncio.run(search_all(settings, texts))
    vectors = KeptVectors(open_embedder(models_folder(asked.folder)), asked.folder)
    ranking = SentenceRanking(vectors)
    _say("squad2: answering (the first time embeds the sentences)")
    figures = [measure(half, questions, found, ranking) for half, questions in halves.items()]
    vectors.save()
    print(f"## SQuAD 2.0\n\n{squad_report(figures)}\n\n{REFERENCE}")
    return []


@contextmanager
def _running(folder: Path, corpus: Corpus) -> Iterator[Settings]:
    with causeway_stack(data_folder(folder, corpus.name), corpus.folder, None, {}) as stack:
        yield stack.settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.answers",
        description="Asks questions with known answers and prints how many were right; see evals/README.md.",
        epilog="example: python -m evals.answers own --mistakes",
    )
    parser.add_argument("names", nargs="*", type=_name, help=f"{', '.join(NAMES)}; all of them by default")
    parser.add_argument("--full", action="store_true", help="all questions of squad2 (also: FULL=1)")
    parser.add_argument(
        "--mistakes", action="store_true", help="show what was not right, of the development half only"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where indexes and vectors are kept")
    return parser


def _name(word: str) -> str:
    if word not in NAMES:
        raise argparse.ArgumentTypeError(f"{word!r} is not one of {', '.join(NAMES)}")
    return word


def _say(what: str) -> None:
    sys.stderr.write(f"{what} ...\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
