"""Ways to fuse are compared on questions that may be tuned on."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import fusion_sweep
from evals.candidate_lists import CandidateLists, Candidates
from evals.fusion_sweep import Tried, Way, ranked, report, ways
from evals.judged_set import JudgedSet
from evals.ranking_figures import RankingFigures
from evals.set_index import SetIndex
from services.retrieval.index import Hit

LISTS = Candidates(
    lists={
        "q": CandidateLists(
            near=(Hit("a1", 0.9), Hit("a2", 0.8), Hit("b1", 0.1)), words=(Hit("b1", 9.0), Hit("c1", 1.0))
        )
    },
    document={"a1": "a", "a2": "a", "b1": "b", "c1": "c"},
)


def test_a_document_stands_once_at_the_place_of_its_best_passage() -> None:
    assert ranked(LISTS, Way("normalised_sum", 1.0, 10)) == {"q": ["a", "b", "c"]}
    assert ranked(LISTS, Way("normalised_sum", 0.0, 10))["q"][0] == "b"


def test_fewer_candidates_are_the_head_of_the_lists() -> None:
    assert ranked(LISTS, Way("normalised_sum", 0.5, 1)) == {"q": ["a", "b"]}


def test_the_product_s_default_is_among_the_ways() -> None:
    assert Way("normalised_sum", 0.5, 60) in ways()


def test_the_best_mean_over_all_sets_comes_first() -> None:
    def tried(weight: float, *ndcg: float) -> Tried:
        figures = {str(n): RankingFigures(1, value, 0.5, 0.5, 0.5) for n, value in enumerate(ndcg)}
        return Tried(Way("reciprocal_rank", weight, 60), figures)

    lines = report([tried(0.2, 0.9, 0.1), tried(0.4, 0.6, 0.6)], 1).splitlines()
    assert len(lines) == 3
    assert lines[-1].startswith("| reciprocal rank | 0.4 | 60 | 0.6000 |")


@pytest.mark.process
@pytest.mark.timeout(300)
def test_the_command_tries_what_is_indexed_and_names_what_is_not(
    small_index: SetIndex,
    small_set: JudgedSet,
    indexes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = JudgedSet("gone", tmp_path / "gone")
    monkeypatch.setattr(fusion_sweep, "SETS", {"small": small_set, "gone": gone})
    assert fusion_sweep.main(["--folder", str(indexes), "--most", "3"]) == 0
    printed = capsys.readouterr().out
    assert "Not tried: gone is not indexed" in printed
    assert "| mean nDCG@10 | small |" in printed
