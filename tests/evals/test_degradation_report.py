"""The table shows what each degradation costs beside everything."""

from __future__ import annotations

from benchmarks.conditions import Conditions
from benchmarks.plan import Outcome, Sample
from evals.degradation_report import DegradationFigures, SetQuality, report
from evals.ranking_figures import RankingFigures

CONDITIONS = Conditions(
    "2026-01-02T03:04:05Z", "abc1234", 2, "Some CPU", 8.0, "Linux", "3.11", {}, 0.5, "not pinned"
)


def _figures(
    name: str, ndcg: float, took: float, *degradations: str, compared: str = "", error: str = ""
) -> DegradationFigures:
    ranking = RankingFigures(questions=300, ndcg10=ndcg, recall5=0.5, recall10=0.8, recall100=0.9)
    samples = (Sample(0.0, took, took), Sample(0.0, took, took, error=error))
    return DegradationFigures(
        name,
        compared,
        {"scifact": SetQuality(ranking, dict.fromkeys(degradations, 300))},
        [Outcome(samples, 0, 1.0, 0.0)],
        cpu_ms=6.0,
    )


def _row(text: str, words: str) -> list[str]:
    [line] = [line for line in text.splitlines() if line.startswith(f"| {words}")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_degradation_stands_beside_everything() -> None:
    found = [_figures("whole", 0.73, 8.0), _figures("half", 0.70, 6.0, "reduced_k", compared="whole")]
    text = report(found, CONDITIONS, "scifact")
    assert _row(text, "whole") == [
        "whole", "0.730", "0.800", "8.0", "8.0", "3.0", "–",
    ]  # fmt: skip
    assert _row(text, "half") == [
        "half", "0.700 (-0.030)", "0.800 (+0.000)", "6.0", "6.0", "3.0", "`reduced_k`",
    ]  # fmt: skip
    assert "Some CPU, load 0.50 before" in text
    assert "300 of scifact" in text


def test_searches_that_failed_are_told() -> None:
    found = [_figures("whole", 0.73, 8.0, error="UNAVAILABLE")]
    assert "whole: 1 searches failed." in report(found, CONDITIONS, "scifact")
