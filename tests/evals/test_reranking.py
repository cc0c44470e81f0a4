"""What a closer look gains is measured on questions that may be tuned on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from evals import reranking
from evals.judged_set import JudgedSet
from evals.ranking_figures import RankingFigures
from evals.reranking import WITHOUT, Looked, looked_at, report
from evals.set_index import SetIndex
from libs.common.retrieval_profile import LATE_INTERACTION, Rerank
from services.retrieval.fusion import Fused
from services.retrieval.index import Key, StoredPassage
from tests.retrieval.example_passages import example


class LongestFirst:
    """A model that likes long texts."""

    window = 48

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        return [len(text) / 1000.0 for text in texts]


def test_the_look_decides_by_its_weight() -> None:
    texts = {1: "short", 2: "by far the longest of them"}
    stored: dict[Key, StoredPassage] = {
        key: StoredPassage.of(example(text), np.zeros(3, np.float32)) for key, text in texts.items()
    }
    head = [Fused(1, 0.9, None, None), Fused(2, 0.5, None, None)]
    for weight, order in ((1.0, [2, 1]), (0.0, [1, 2])):
        how = Rerank(model=LATE_INTERACTION, weight=weight)
        assert looked_at(head, stored, LongestFirst(), "q", how) == order


def test_every_model_has_a_row() -> None:
    figures = RankingFigures(7, 0.5, 0.6, 0.7, 0.8)
    lines = report({"small": {WITHOUT: Looked(figures), "m": Looked(figures, 3.25)}}).splitlines()
    assert lines[-2:] == ["| without | 0.500 / 0.700 / – |", "| m | 0.500 / 0.700 / 3.2 |"]


@pytest.mark.process
@pytest.mark.timeout(300)
def test_what_is_at_hand_is_measured_and_what_is_not_is_named(
    small_index: SetIndex,
    small_set: JudgedSet,
    indexes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    gone = JudgedSet("gone", tmp_path / "gone")
    monkeypatch.setattr(reranking, "SETS", {"small": small_set, "gone": gone})
    asked = [
        "--folder",
        str(indexes),
        "--model",
        "late-interaction",
        "--model",
        "nowhere/model",
        "--most",
        "3",
    ]
    assert reranking.main(asked) == 0
    printed = capsys.readouterr().out
    assert "Not run: nowhere/model, for its weights are not at hand." in printed
    assert "Not run: gone is not indexed" in printed
    assert "| late-interaction |" in printed
    assert "| without |" in printed
