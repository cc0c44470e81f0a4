"""How a service's process ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SERVICE = """
import asyncio
from libs.common.process import run

async def serve(stop):
    print("serving", flush=True)
    await stop.wait()
    print("stopped", flush=True)

run(serve)
"""

COUNTING = """
import asyncio
from libs.common.metrics import exposition
from libs.common.process import run

def counted():
    lines = exposition().decode().splitlines()
    return [line for line in lines if line.startswith("causeway_asyncio_tasks ")][0]

async def serve(stop):
    beside = [asyncio.create_task(asyncio.sleep(60)) for _ in range(3)]
    print(await asyncio.to_thread(counted), flush=True)
    for task in beside:
        task.cancel()

run(serve)
"""

FAILING = """
from libs.common.errors import Conflict, DependencyUnavailable
from libs.common.process import run
from libs.common.rpc_server import AddressTaken
from libs.common.settings import SettingsError

async def serve(stop):
    raise {error}

run(serve)
"""


@contextmanager
def started(supervised: bool) -> Iterator[subprocess.Popen[str]]:
    """A service that is serving."""
    variables = os.environ | ({"CAUSEWAY_SUPERVISED": "1"} if supervised else {})
    with subprocess.Popen(
        [sys.executable, "-c", SERVICE],
        cwd=ROOT,
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "serving\n"
            yield process
        finally:
            process.kill()


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """What is left when the process has ended by itself."""
    assert process.stdout is not None
    assert process.stderr is not None
    code = process.wait(timeout=20)
    return code, process.stdout.read(), process.stderr.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_service_in_good_order(number: signal.Signals) -> None:
    with started(supervised=False) as process:
        process.send_signal(number)
        assert ended(process) == (0, "stopped\n", "")


def test_the_end_of_the_supervisors_pipe_ends_the_service() -> None:
    with started(supervised=True) as process:
        assert process.stdin is not None
        process.stdin.close()
        assert ended(process) == (0, "stopped\n", "")


def test_what_the_supervisor_writes_does_not_end_it() -> None:
    with started(supervised=True) as process:
        assert process.stdin is not None
        process.stdin.write("still here\n" * 1000)
        process.stdin.flush()
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert ended(process) == (0, "stopped\n", "")


def test_without_a_supervisor_standard_input_means_nothing() -> None:
    with started(supervised=False) as process:
        assert process.stdin is not None
        process.stdin.close()
        process.send_signal(signal.SIGTERM)
        assert ended(process) == (0, "stopped\n", "")


def test_a_supervised_service_whose_standard_input_cannot_be_read_ends() -> None:
    """There is no pipe, so there is nobody at its other end."""
    with Path(os.devnull).open("w") as unreadable:
        done = subprocess.run(
            [sys.executable, "-c", SERVICE],
            cwd=ROOT,
            env=os.environ | {"CAUSEWAY_SUPERVISED": "1"},
            stdin=unreadable,
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert (done.returncode, done.stdout) == (0, "serving\nstopped\n")


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs pidfd_open to wait for a stranger's end")
def test_killing_the_supervisor_leaves_no_orphan() -> None:
    supervisor = f"""
import os, subprocess, sys, time
child = subprocess.Popen(
    [sys.executable, "-c", {SERVICE!r}],
    env=os.environ | {{"CAUSEWAY_SUPERVISED": "1"}},
    stdin=subprocess.PIPE,
    stdout=subprocess.PIPE,
    text=True,
)
child.stdout.readline()
print(child.pid, flush=True)
child.wait()
"""
    with subprocess.Popen(
        [sys.executable, "-c", supervisor], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        orphan = os.pidfd_open(int(process.stdout.readline()))
        process.kill()
    try:
        assert select.select([orphan], [], [], 20)[0] == [orphan]
    finally:
        os.close(orphan)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        ("SettingsError('CAUSEWAY_X is not set')", 2),
        ("AddressTaken('127.0.0.1:1 is taken')", 2),
        ("DependencyUnavailable('the disk is full')", 1),
        ("Conflict('run the newer version')", 1),
    ],
)
def test_what_a_person_can_mend_is_said_in_one_line(error: str, code: int) -> None:
    done = _run(FAILING.format(error=error))
    assert done.returncode == code
    words = error.split("'")[1]
    assert done.stderr == f"causeway: {words}\n"


def test_the_tasks_of_the_loop_are_a_metric() -> None:
    done = _run(COUNTING)
    assert (done.stdout, done.stderr) == ("causeway_asyncio_tasks 5.0\n", "")


def test_a_fault_of_the_program_shows_where_it_is() -> None:
    done = _run(FAILING.format(error="ValueError('ours')"))
    assert done.returncode == 1
    assert "Traceback" in done.stderr


def _run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )
