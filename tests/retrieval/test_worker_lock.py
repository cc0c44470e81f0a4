"""One worker at a time."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from libs.common.errors import DependencyUnavailable
from services.retrieval.worker_lock import WorkerLock

ROOT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from services.retrieval.worker_lock import WorkerLock
lock = WorkerLock(Path(sys.argv[1]))
assert lock.take()
print("held", flush=True)
sys.stdin.read()
"""


def hold(path: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def end(holder: subprocess.Popen[str]) -> None:
    holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=10)


async def test_a_worker_waits_until_the_other_is_dead(tmp_path: Path) -> None:
    path = tmp_path / "new" / "worker.lock"
    holder = hold(path)
    lock = WorkerLock(path)
    waiting = asyncio.create_task(lock.wait(asyncio.Event()))
    await asyncio.wait({waiting}, timeout=0.5)
    assert not waiting.done()
    end(holder)
    assert await asyncio.wait_for(waiting, 10)
    assert lock.take()
    lock.close()


async def test_a_worker_that_is_stopped_waits_no_longer(tmp_path: Path) -> None:
    holder = hold(tmp_path / "worker.lock")
    stop, lock = asyncio.Event(), WorkerLock(tmp_path / "worker.lock")
    assert not lock.take()
    waiting = asyncio.create_task(lock.wait(stop))
    stop.set()
    assert not await asyncio.wait_for(waiting, 10)
    lock.close()
    end(holder)


def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DependencyUnavailable, match="check its folder"):
        WorkerLock(tmp_path / "data" / "worker.lock")
