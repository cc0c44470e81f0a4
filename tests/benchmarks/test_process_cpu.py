from __future__ import annotations

import os
import subprocess
import sys
from time import process_time

from benchmarks.process_cpu import CpuMeter, cpu_ms, descendants, module_of, resident_mib


def test_cpu_that_was_taken_is_counted() -> None:
    meter = CpuMeter({"own": [os.getpid()], "nobody": []})
    end = process_time() + 0.1
    while process_time() < end:
        pass

    spent = meter.read()

    assert 80 <= spent["own"] <= 400
    assert spent["nobody"] == 0


def test_a_process_that_is_gone_counts_nothing() -> None:
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()

    assert cpu_ms([done.pid]) == 0
    assert resident_mib([done.pid]) == 0
    assert module_of(done.pid) == ""


def test_a_child_is_found_with_the_module_that_it_runs() -> None:
    with subprocess.Popen([sys.executable, "-m", "http.server", "--help"], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.read(1)
        # Its output is not read to the end yet, so that it is still there, as a process or as a zombie.
        assert child.pid in descendants(os.getpid())
        assert module_of(child.pid) in {"http.server", ""}


def test_a_process_holds_memory() -> None:
    assert 1 < resident_mib([os.getpid()]) < 10_000
