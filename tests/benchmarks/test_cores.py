from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from benchmarks.cores import Cores, pin, pin_processes

_TWO_THREADS = """
import sys, threading
threading.Thread(target=sys.stdin.read).start()
print(flush=True)
"""


def test_the_load_is_kept_away_from_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {5, 2, 3})

    assert Cores.of_this_machine() == Cores(measured=2, load=5)


def test_a_process_is_kept_to_a_core_with_all_its_threads() -> None:
    with subprocess.Popen([sys.executable, "-c", _TWO_THREADS], stdout=PIPE, stdin=PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        core = min(os.sched_getaffinity(0))

        pin_processes(core, [process.pid])

        threads = [int(path.name) for path in Path(f"/proc/{process.pid}/task").iterdir()]
        assert len(threads) == 2
        assert all(os.sched_getaffinity(thread) == {core} for thread in threads)
        process.communicate(b"")


def test_with_one_core_nothing_is_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0})
    before = os.sched_getaffinity(0)

    cores = Cores.of_this_machine()
    pin(cores.measured)
    pin_processes(cores.load, [os.getpid()])

    assert cores == Cores(None, None)
    assert "not pinned" in str(cores)
    assert os.sched_getaffinity(0) == before
