"""Processes that a benchmark starts, waits for and stops."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.cores import pin_processes
from benchmarks.load import ROOT
from benchmarks.process_cpu import descendants
from libs.common.settings import environment

_POLL_SECONDS = 0.05
_STOP_SECONDS = 30.0
_SHOWN = 3000

_OURS = ("CAUSEWAY_", "LITELLM_", "GRPC_")


class NotStarted(Exception):
    """A process did not become ready; the message ends with what it said."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a process is started.

    Attributes:
        command: The program and its arguments.
        environment: Its whole environment.
        log: File that receives its output.
        core: Where it and its children run once it is ready; None leaves it to the system.
        patience: Seconds that it has to become ready.
    """

    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    core: int | None
    patience: float = 60.0


@contextmanager
def running(start: Start, ready: Callable[[], bool]) -> Iterator[int]:
    """Runs a process for the length of a block, in which it is ready; gives its id.

    Raises:
        NotStarted: It ended, or was not ready in time.
    """
    start.log.parent.mkdir(parents=True, exist_ok=True)
    with start.log.open("wb") as log:
        process = subprocess.Popen(
            start.command,
            cwd=ROOT,
            env=dict(start.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait(process, start, ready)
        # Only now: to start, it may use the whole machine.
        pin_processes(start.core, descendants(process.pid))
        yield process.pid
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], start: Start, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + start.patience
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            said = start.log.read_text(errors="replace")[-_SHOWN:]
            why = (
                f"ended with code {process.returncode}" if process.returncode is not None else "is not ready"
            )
            raise NotStarted(f"{' '.join(start.command)} {why}; it said:\n{said}")
        time.sleep(_POLL_SECONDS)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_ports(count: int) -> list[int]:
    """Ports on loopback that were free a moment ago."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def clean_environment() -> dict[str, str]:
    """This process's environment without what would change the product or its peer."""
    return {name: value for name, value in environment().items() if not name.startswith(_OURS)}


def http_ready(url: str) -> Callable[[], bool]:
    """A question whether an address answers 200."""

    def ready() -> bool:
        try:
            return httpx.get(url, timeout=2.0, trust_env=False).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    return ready
