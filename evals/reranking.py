"""The command that measures what a closer look gains: `python -m evals.reranking`.

It asks only questions that no reported figure is about, and looks with the product's own code, without a
limit on time: what a budget leaves of it, `python -m benchmarks p5` shows.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.conditions import observe
from benchmarks.data_folder import models_folder
from evals.asking_bar import asking_bar
from evals.candidate_lists import candidates_for, opened
from evals.chosen_questions import sample, tunable
from evals.corpora import ROOT
from evals.judged_set import SETS, JudgedSet
from evals.ranking_figures import RankingFigures, figures_of
from evals.report import table
from evals.set_arguments import add_set_arguments
from evals.set_index import SetIndex
from evals.visitor import TENANT
from libs.common.clock import SystemClock, rfc3339
from libs.common.retrieval_profile import LATE_INTERACTION, Profile, Rerank
from libs.embedding.embedder import Embedder
from libs.embedding.embedder_fastembed import open_embedder
from services.retrieval.fusion import Fused, fuse
from services.retrieval.index import Index, Key, StoredPassage
from services.retrieval.rerank_threads import Window
from services.retrieval.reranker import Reranker, RerankerUnavailable
from services.retrieval.reranker_choice import open_reranker
from services.retrieval.visibility import Condition, Visibility

PREFETCH = 100
SAMPLE = 100
WITHOUT = "without"
MODELS = (LATE_INTERACTION, "Xenova/ms-marco-MiniLM-L-6-v2")
_VISIBLE = Condition(Visibility(TENANT, frozenset()))


@dataclass(frozen=True, slots=True)
class Looked:
    """How good the rankings of a set are.

    Attributes:
        ranking: The figures.
        ms: What one look at one candidate took, on average.
    """

    ranking: RankingFigures
    ms: float = 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures every model on every set that is indexed; returns the exit code."""
    asked = _parser().parse_args(arguments)
    conditions = observe(ROOT, rfc3339(SystemClock().now()), "")
    embedder, models = open_embedder(models_folder(asked.folder)), {}
    for name in asked.model or MODELS:
        try:
            models[name] = open_reranker(name, embedder, models_folder(asked.folder), fetch=False)
        except RerankerUnavailable as missing:
            print(f"Not run: {name}, for its weights are not at hand. {missing}")
    found: dict[str, Mapping[str, Looked]] = {}
    for judged in (SETS[name] for name in asked.sets or SETS):
        index = None if judged.absence else SetIndex(judged, asked.folder)
        if index is None or not index.is_made:
            print(f"Not run: {judged.name} is not indexed; run `python -m evals.retrieval` first.")
            continue
        how = Rerank(model=LATE_INTERACTION, depth=asked.depth, weight=asked.weight)
        with opened(index) as engine:
            found[judged.name] = asyncio.run(measure(judged, engine, embedder, models, how, asked.most))
    if found:
        print(f"# A closer look\n\n{conditions.date}, commit {conditions.commit}, {conditions.cores} cores\n")
        print(report(found))
    return 0


async def measure(
    judged: JudgedSet,
    index: Index,
    embedder: Embedder,
    models: Mapping[str, Reranker],
    how: Rerank,
    most: int | None,
) -> Mapping[str, Looked]:
    """Returns how good a set's rankings are without a closer look, and with each model's.

    Args:
        judged: The set.
        index: Its index.
        embedder: Embeds questions.
        models: By their names.
        how: How many candidates are looked at, and what that weighs.
        most: Questions at most; None for all.
    """
    questions = sample(tunable(judged), lambda question: question.text, most)
    pairs = [(question.name, question.text) for question in questions]
    candidates = await candidates_for(index, embedder, pairs, PREFETCH)
    rankings: dict[str, dict[str, list[str]]] = {name: {} for name in (WITHOUT, *models)}
    spent = dict.fromkeys(models, 0.0)
    looks, profile = 0, Profile()
    with asking_bar(f"{judged.name}: looking", len(pairs)) as step:
        for name, text in pairs:
            lists = candidates.lists[name]
            fused = fuse(profile.fusion, lists.near, lists.words, profile.dense_weight)
            documents = [candidates.document[each.key] for each in fused]
            rankings[WITHOUT][name] = list(dict.fromkeys(documents))
            head = fused[: how.depth]
            looks += len(head)
            stored = await index.fetch([each.key for each in head], _VISIBLE)
            for model, reranker in models.items():
                began = time.perf_counter()
                order = looked_at(head, stored, reranker, text, how)
                spent[model] += time.perf_counter() - began
                best = [candidates.document[key] for key in order]
                rankings[model][name] = list(dict.fromkeys(best + documents[how.depth :]))
            step()
    relevant = {question.name: question.answers for question in questions}
    return {
        name: Looked(figures_of(found, relevant), 1000.0 * spent.get(name, 0.0) / max(looks, 1))
        for name, found in rankings.items()
    }


def looked_at(
    head: Sequence[Fused], stored: Mapping[Key, StoredPassage], reranker: Reranker, query: str, how: Rerank
) -> list[Key]:
    """Returns the best candidates in the order that a closer look at each of them gives."""

    def final(candidate: Fused) -> float:
        score = Window("", reranker, query, stored[candidate.key].passage).score()
        return (1.0 - how.weight) * candidate.score + how.weight * score

    finals = {candidate.key: final(candidate) for candidate in head}
    return sorted(finals, key=finals.__getitem__, reverse=True)


def report(found: Mapping[str, Mapping[str, Looked]]) -> str:
    """A table with a row for each model: nDCG@10, recall@10 and milliseconds a candidate on each set."""
    models = next(iter(found.values()))
    rows = [[name, *(_cell(looked[name]) for looked in found.values())] for name in models]
    columns = (f"{name} ({looked[WITHOUT].ranking.questions})" for name, looked in found.items())
    return f"nDCG@10 / recall@10 / ms a candidate\n\n{table(('a closer look by', *columns), rows)}"


def _cell(looked: Looked) -> str:
    cost = f"{looked.ms:.1f}" if looked.ms else "–"
    return f"{looked.ranking.ndcg10:.3f} / {looked.ranking.recall10:.3f} / {cost}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.reranking",
        description="Compares what re-ranking models make of the best candidates, on questions that are not "
        "reported.",
        epilog="example: python -m evals.reranking scifact --model late-interaction --depth 8",
    )
    add_set_arguments(parser, "all by default")
    parser.add_argument(
        "--model", action="append", help=f"as in a profile, may be repeated; {', '.join(MODELS)} by default"
    )
    parser.add_argument("--depth", type=int, default=12, help="candidates that are looked at")
    parser.add_argument("--weight", type=float, default=0.8, help="share of the look in the final score")
    parser.add_argument("--most", type=int, default=SAMPLE, help="questions of each set")
    return parser


if __name__ == "__main__":
    sys.exit(main())
