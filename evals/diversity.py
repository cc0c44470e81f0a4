"""The command that measures what diverse pages cost and gain: `python -m evals.diversity`.

It asks only questions that no reported figure is about, as `evals.fusion_sweep` does, and chooses pages with
the product's own code.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.conditions import observe
from benchmarks.data_folder import models_folder
from evals.candidate_lists import Candidates, candidates_for, opened
from evals.chosen_questions import sample, tunable
from evals.corpora import ROOT
from evals.judged_set import SETS, JudgedSet
from evals.ranking_figures import RankingFigures, figures_of
from evals.report import table
from evals.set_arguments import add_set_arguments
from evals.set_index import SetIndex
from evals.visitor import TENANT
from libs.common.clock import SystemClock, rfc3339
from libs.common.retrieval_profile import Profile
from libs.embedding.embedder import Embedder
from libs.embedding.embedder_fastembed import open_embedder
from services.retrieval.found_passage import FoundPassage
from services.retrieval.fusion import fuse
from services.retrieval.index import Index
from services.retrieval.selection import considered, select
from services.retrieval.visibility import Condition, Visibility

K = 10
PREFETCH = 100
SAMPLE = 300
_SHARES = (0.9, 0.8, 0.7, 0.5)
WAYS: Mapping[str, Profile] = {
    "the score alone": Profile(prefetch=PREFETCH),
    **{f"`per_document: {most}`": Profile(prefetch=PREFETCH, per_document=most) for most in (3, 2, 1)},
    **{
        f"`relevance: {share}`": Profile(prefetch=PREFETCH, relevance=share) for share in (0.9, 0.8, 0.7, 0.5)
    },
    "`per_document: 2`, `relevance: 0.9`": Profile(prefetch=PREFETCH, per_document=2, relevance=0.9),
}
"""Profiles that are compared, the first with all others."""
_VISIBLE = Condition(Visibility(TENANT, frozenset()))


@dataclass(frozen=True, slots=True)
class Pages:
    """The first pages of all questions of a set.

    Attributes:
        ranking: How good they are.
        documents: Different documents on a page, on average.
        passages: Passages on a page, on average.
    """

    ranking: RankingFigures
    documents: float
    passages: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures every way on every set that is indexed; returns the exit code."""
    asked = _parser().parse_args(arguments)
    conditions = observe(ROOT, rfc3339(SystemClock().now()), "")
    embedder = open_embedder(models_folder(asked.folder))
    found: dict[str, dict[str, Pages]] = {}
    for judged in (SETS[name] for name in asked.sets or SETS):
        index = None if judged.absence else SetIndex(judged, asked.folder)
        if index is None or not index.is_made:
            print(f"Not tried: {judged.name} is not indexed; run `python -m evals.retrieval` first.")
            continue
        with opened(index) as engine:
            found[judged.name] = asyncio.run(measure(judged, engine, embedder, asked.most))
        sys.stderr.write(f"{judged.name}: done\n")
    if found:
        print(f"# Diverse pages\n\n{conditions.date}, commit {conditions.commit}, {conditions.cores} cores\n")
        print(report(found))
    return 0


async def measure(judged: JudgedSet, index: Index, embedder: Embedder, most: int | None) -> dict[str, Pages]:
    """Returns the first pages of a set's questions, chosen in every way.

    Args:
        judged: The set.
        index: Its index.
        embedder: Embeds questions.
        most: Questions at most; None for all.
    """
    questions = sample(tunable(judged), lambda question: question.text, most)
    pairs = [(question.name, question.text) for question in questions]
    candidates = await candidates_for(index, embedder, pairs, PREFETCH)
    relevant = {question.name: question.answers for question in questions}
    return {name: await _pages(index, candidates, relevant, profile) for name, profile in WAYS.items()}


async def _pages(
    index: Index, candidates: Candidates, relevant: Mapping[str, Collection[str]], profile: Profile
) -> Pages:
    pages = {name: await page_of(index, candidates, name, profile) for name in relevant}
    rankings = {name: list(dict.fromkeys(page)) for name, page in pages.items()}
    return Pages(
        figures_of(rankings, relevant),
        fmean(len(ranking) for ranking in rankings.values()),
        fmean(len(page) for page in pages.values()),
    )


async def page_of(index: Index, candidates: Candidates, name: str, profile: Profile) -> list[str]:
    """Returns the document of each passage on the first page of a question, best first.

    Args:
        index: Where the passages lie.
        candidates: What both searches found.
        name: The question's.
        profile: How the page is chosen.
    """
    lists = candidates.lists[name]
    fused = fuse(profile.fusion, lists.near, lists.words, profile.dense_weight)[: considered(profile, K)]
    stored = await index.fetch([each.key for each in fused], _VISIBLE)
    eligible = [
        FoundPassage(stored[each.key].passage, each.score, each.score, each.dense, each.bm25)
        for each in fused
    ]
    vectors = {entry.passage.passage_id: entry.vector for entry in stored.values()}
    return [found.passage.uri for found in select(eligible, vectors, K, profile).passages]


def report(found: Mapping[str, Mapping[str, Pages]]) -> str:
    """A table with a row for each way: nDCG@10, recall@10 and different documents on each set."""
    rows = [[way, *(_cell(ways[way]) for ways in found.values())] for way in WAYS]
    first = next(iter(WAYS))
    columns = (f"{name} ({ways[first].ranking.questions})" for name, ways in found.items())
    header = "nDCG@10 / recall@10 / different documents among so many passages"
    return f"{header}\n\n{table(('pages', *columns), rows)}"


def _cell(pages: Pages) -> str:
    figures = pages.ranking
    return f"{figures.ndcg10:.3f} / {figures.recall10:.3f} / {pages.documents:.1f} of {pages.passages:.1f}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.diversity",
        description="Compares how pages are made diverse, on questions that are not reported.",
        epilog="example: python -m evals.diversity scifact --most 100",
    )
    add_set_arguments(parser, "all by default")
    parser.add_argument("--most", type=int, default=SAMPLE, help="questions of each set")
    return parser


if __name__ == "__main__":
    sys.exit(main())
