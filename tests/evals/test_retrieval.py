"""The command asks the running service, and passes where the published sets are not here."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals import retrieval
from evals.judged_set import JudgedSet
from evals.set_index import SetIndex


def test_without_the_sets_it_says_so_and_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(retrieval, "SETS", {"gone": JudgedSet("gone", tmp_path / "gone")})
    assert retrieval.main(["--folder", str(tmp_path)]) == 0
    assert f"Not run: gone: {tmp_path / 'gone'} is not here." in capsys.readouterr().out


def test_a_short_run_takes_a_sample_and_a_full_one_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    def report(sets: list[JudgedSet], *, everything: bool, most: int | None) -> str:
        return f"{len(sets)} sets, everything: {everything}, most: {most}"

    monkeypatch.setattr(retrieval, "report", report)
    assert retrieval.run(False) == f"4 sets, everything: False, most: {retrieval.SAMPLE}"
    assert retrieval.run(True) == "4 sets, everything: True, most: None"


def test_an_unknown_set_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as misuse:
        retrieval.main(["novels"])
    assert misuse.value.code == 2
    assert "'novels' is not one of scifact, squad2, ocp-docs, mtrag-un-dev" in capsys.readouterr().err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        retrieval.main(["--help"])
    assert "python -m evals.retrieval scifact" in capsys.readouterr().out


@pytest.mark.process
@pytest.mark.timeout(300)
def test_figures_come_from_the_running_service(
    small_index: SetIndex,
    small_set: JudgedSet,
    indexes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(retrieval, "SETS", {"small": small_set})
    monkeypatch.setattr(retrieval, "out_of_scope", lambda: ("set an alarm for seven",))
    assert retrieval.main(["--folder", str(indexes)]) == 0
    captured = capsys.readouterr()
    assert "retrieval: small; this takes about a minute" in captured.err
    assert "| small, held out |" in captured.out
    assert "| recall@5 | **1.000** |" in captured.out
    assert "### Off topic" in captured.out
    assert "Profile: balanced-" in captured.out
