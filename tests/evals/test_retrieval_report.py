"""The report shows ours, the target and the others' side by side, and hides no shortfall."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from evals.off_topic import OffTopicFigures
from evals.ranking_figures import RankingFigures
from evals.retrieval_report import SetFigures, tables

FOUND = SetFigures(
    name="scifact",
    asked="test claims",
    passages=9_000,
    ranking=RankingFigures(questions=300, ndcg10=0.7312, recall5=0.8, recall10=0.86, recall100=0.9544),
    off_topic=OffTopicFigures(on_topic=300, off_topic=497, similarity=0.95, relevance=0.97),
    profile="balanced-1",
)


def _cells(text: str, words: str) -> list[str]:
    [line] = [line for line in text.splitlines() if f"| {words} |" in line]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_figure_stands_beside_its_target_and_the_reference_figures() -> None:
    cells = _cells(tables([FOUND]), "nDCG@10")
    assert cells == [
        "scifact, test claims", "300", "9,000", "nDCG@10", "**0.731**", "≥ 0.730: met",
        "0.683", "0.654", "0.721", "0.736",
    ]  # fmt: skip


def test_a_target_that_is_missed_by_a_hair_is_missed() -> None:
    assert _cells(tables([FOUND]), "recall@100")[4:6] == ["**0.954**", "≥ 0.955: **not met**"]


def test_a_figure_without_target_or_reference_has_empty_cells() -> None:
    other = replace(FOUND, name="mtrag-un-dev")
    assert _cells(tables([other]), "recall@5")[4:] == ["**0.800**", "", "", "", "", ""]


def test_off_topic_questions_have_a_table_where_there_were_any() -> None:
    assert "| scifact | 300 | 497 | **0.970** | ≥ 0.960: met | 0.950 |" in tables([FOUND])
    assert "Off topic" not in tables([replace(FOUND, off_topic=None)])


def test_searches_that_went_without_something_are_told() -> None:
    assert "went without" not in tables([FOUND])
    degraded = replace(FOUND, degradations=Counter(reduced_k=1_200, dense_search=3))
    assert "scifact: pages that went without something: dense_search (3), reduced_k (1,200)." in tables(
        [degraded]
    )


def test_the_profile_is_named() -> None:
    assert "Profile: balanced-1." in tables([FOUND])
