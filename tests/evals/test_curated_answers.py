from pathlib import Path

import pytest

from evals import curated_answers
from evals.curated_answers import Pair, least_similarity, report, share

PAIRS = (
    Pair("development", True, 0.95, True),
    Pair("development", True, 0.85, True),
    Pair("development", False, 0.90, True),
    Pair("development", False, 0.97, False),
    Pair("held_out", True, 0.99, False),
    Pair("held_out", False, 0.10, True),
)


def test_a_pair_shares_an_answer_when_it_is_similar_and_nothing_disagrees() -> None:
    assert PAIRS[0].shares(0.95)
    assert not PAIRS[1].shares(0.95)
    assert not PAIRS[3].shares(0.5)
    assert PAIRS[3].shares(0.5, guarded=False)


def test_the_threshold_is_the_least_that_lets_hardly_any_wrong_pair_through() -> None:
    assert least_similarity(PAIRS) == 0.91
    assert share(PAIRS, same=True, least=0.91) == pytest.approx(1 / 3)
    assert least_similarity([Pair("held_out", False, 1.0, True)] * 200) == 1.0


def test_the_report_has_both_halves_with_and_without_the_guards() -> None:
    lines = report(PAIRS).splitlines()
    assert lines[-4:] == [
        "| development | with | 50.0 % | 50.0 % |",
        "| development | without | 50.0 % | 100.0 % |",
        "| held out | with | 0.0 % | 0.0 % |",
        "| held out | without | 100.0 % | 0.0 % |",
    ]


def test_what_is_not_here_is_listed_as_not_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(curated_answers, "PAIRS", tmp_path / "none")
    assert "Not run" in curated_answers.run(full=False)
