"""One worker at a time."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from libs.common.errors import DependencyUnavailable
from services.retrieval.worker_lock import take_worker_lock

ROOT = Path(__file__).parents[2]
HOLDER = """
import asyncio, sys, time
from pathlib import Path
from services.retrieval.worker_lock import take_worker_lock
lock = asyncio.run(take_worker_lock(Path(sys.argv[1]), asyncio.Event()))
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
    waiting = asyncio.create_task(take_worker_lock(path, asyncio.Event()))
    await asyncio.wait({waiting}, timeout=0.5)
    assert not waiting.done()
    end(holder)
    lock = await asyncio.wait_for(waiting, 10)
    assert lock is not None
    lock.close()


async def test_a_worker_that_is_stopped_waits_no_longer(tmp_path: Path) -> None:
    holder = hold(tmp_path / "worker.lock")
    stop = asyncio.Event()
    waiting = asyncio.create_task(take_worker_lock(tmp_path / "worker.lock", stop))
    stop.set()
    assert await asyncio.wait_for(waiting, 10) is None
    end(holder)


async def test_a_folder_that_cannot_be_made_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(DependencyUnavailable, match="check its folder"):
        await take_worker_lock(tmp_path / "data" / "worker.lock", asyncio.Event())
