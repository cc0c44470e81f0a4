from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import __main__ as command
from benchmarks.child_process import NotStarted


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        command.main(["p9"])

    assert left.value.code == 2
    assert "'p9' is not one of p1, p2, p3" in capsys.readouterr().err


def test_a_part_that_does_not_start_is_a_failure_that_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise NotStarted("it is not ready; it said: port taken")

    monkeypatch.setattr(command, "answer_path", fail)

    assert command.main(["p1", "--folder", str(tmp_path), "--results", str(tmp_path)]) == 1
    assert "port taken" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
