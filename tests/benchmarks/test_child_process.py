from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.child_process import NotStarted, Start, clean_environment, free_ports, running
from benchmarks.process_cpu import descendants

pytestmark = pytest.mark.process


def start(tmp_path: Path, program: str, patience: float = 10.0) -> Start:
    return Start([sys.executable, "-c", program], clean_environment(), tmp_path / "log", None, patience)


def test_a_process_runs_for_the_length_of_the_block(tmp_path: Path) -> None:
    waiting = start(tmp_path, "print('up', flush=True)\nimport time\ntime.sleep(60)")

    with running(waiting, lambda: "up" in waiting.log.read_text()) as pid:
        assert Path(f"/proc/{pid}").exists()

    assert not Path(f"/proc/{pid}").exists()
    assert descendants(pid) == [pid]


def test_a_process_that_ends_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(NotStarted, match=r"ended with code 3; it said:\nno luck"),
        running(start(tmp_path, "print('no luck')\nraise SystemExit(3)"), lambda: False),
    ):
        pass


def test_a_process_that_is_never_ready_is_stopped(tmp_path: Path) -> None:
    with (
        pytest.raises(NotStarted, match="is not ready"),
        running(start(tmp_path, "import time\ntime.sleep(60)", patience=0.3), lambda: False),
    ):
        pass


def test_nothing_of_the_environment_changes_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUSEWAY_MODEL", "x")
    monkeypatch.setenv("GRPC_EXPERIMENTS", "x")
    monkeypatch.setenv("SOMETHING", "x")

    found = clean_environment()

    assert "SOMETHING" in found
    assert not {"CAUSEWAY_MODEL", "GRPC_EXPERIMENTS"} & set(found)


def test_ports_are_different() -> None:
    assert len(set(free_ports(5))) == 5
