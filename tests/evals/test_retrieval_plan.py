"""A run that nobody asked to be complete stays short, and says what it leaves out."""

from __future__ import annotations

from pathlib import Path

from evals.judged_set import JudgedSet
from evals.retrieval_plan import BYTES_A_SECOND, PATIENCE_SECONDS, choose


def _set(folder: Path, name: str, seconds: float) -> JudgedSet:
    """A set that one core takes so long to index."""
    (folder / name).mkdir()
    with (folder / name / "corpus.jsonl").open("wb") as corpus:
        corpus.truncate(round(seconds * BYTES_A_SECOND))
    return JudgedSet(name, folder / name)


def test_what_would_take_too_long_is_left_out_and_says_how_to_have_it(tmp_path: Path) -> None:
    quick, slow = _set(tmp_path, "quick", 60), _set(tmp_path, "slow", PATIENCE_SECONDS)
    plan = choose([slow, quick], tmp_path, 1, everything=False)
    assert plan.judged == (quick,)
    [reason] = plan.left_out
    assert reason.startswith("slow: ")
    assert "about 11 minutes" in reason
    assert "FULL=1" in reason
    assert plan.duration == "about 2 minutes"


def test_whoever_wants_everything_gets_it(tmp_path: Path) -> None:
    slow = _set(tmp_path, "slow", 2 * PATIENCE_SECONDS)
    plan = choose([slow], tmp_path, 1, everything=True)
    assert plan.judged == (slow,)
    assert plan.left_out == ()
    assert plan.duration == "about 21 minutes"


def test_more_cores_take_more_sets(tmp_path: Path) -> None:
    sets = [_set(tmp_path, name, PATIENCE_SECONDS / 2) for name in ("one", "two")]
    assert len(choose(sets, tmp_path, 1, everything=False).judged) == 1
    assert len(choose(sets, tmp_path, 4, everything=False).judged) == 2


def test_a_set_that_is_not_here_is_listed_with_its_reason(tmp_path: Path) -> None:
    plan = choose([JudgedSet("gone", tmp_path / "gone")], tmp_path, 1, everything=True)
    assert plan.judged == ()
    assert plan.left_out == (f"gone: {tmp_path / 'gone'} is not here",)
