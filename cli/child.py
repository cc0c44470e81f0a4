"""One supervised process: started, watched, started again, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from libs.common.process import SUPERVISED

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 10.0
STEADY_SECONDS = 30.0
"""A process that lived so long starts again with the first pause."""

MISCONFIGURED = 2
"""Exit code of a process that cannot run with its settings: starting it again would not help."""

STOP_SECONDS = 12.0
_TAIL_LINES = 12


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A process to run.

    Attributes:
        name: Short name, as in log lines.
        module: Python module to run.
        environment: Its whole environment.
        arguments: What the module is told.
    """

    name: str
    module: str
    environment: Mapping[str, str]
    arguments: tuple[str, ...] = ()


@dataclass(slots=True)
class Child:
    """A process that is kept running.

    Attributes:
        spec: What to run.
        log_path: File that receives its output.
        on_line: Called with each line of its output.
    """

    spec: ChildSpec
    log_path: Path
    on_line: Callable[[str, str], None]
    restarts: int = 0
    failed: asyncio.Event = field(default_factory=asyncio.Event)
    _process: asyncio.subprocess.Process | None = None
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _tail: list[str] = field(default_factory=list)

    @property
    def pid(self) -> int | None:
        """The process's id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    @property
    def last_words(self) -> str:
        """The last lines of its output."""
        return "\n".join(self._tail)

    async def keep_running(self) -> None:
        """Runs the process, and again after each unexpected end, until it is stopped or misconfigured."""
        pause = FIRST_PAUSE
        loop = asyncio.get_running_loop()
        while not self._stop.is_set():
            started = loop.time()
            code = await self._run_once()
            if self._stop.is_set():
                return
            if code == MISCONFIGURED:
                self.failed.set()
                return
            if loop.time() - started > STEADY_SECONDS:
                pause = FIRST_PAUSE
            self.restarts += 1
            self.on_line(self.spec.name, f"ended with code {code}; starting again in {pause:.1f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def stop(self) -> None:
        """Asks the process to stop, and ends it if it does not within the grace."""
        self._stop.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _run_once(self) -> int:
        # Its own session: Ctrl-C reaches the supervisor alone, which stops everything in order. Its
        # standard input is our pipe: should the supervisor die, the pipe ends and the process with it.
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            self.spec.module,
            *self.spec.arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**self.spec.environment, SUPERVISED: "1"},
            start_new_session=True,
        )
        self._process = process
        if self._stop.is_set():
            process.terminate()
        assert process.stdout is not None
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            await self._read(process.stdout, log)
        return await process.wait()

    async def _read(self, stream: asyncio.StreamReader, log: BinaryIO) -> None:
        while line := await _line(stream):
            log.write(line)
            log.flush()
            text = line.decode("utf-8", "replace").rstrip()
            self._tail = [*self._tail[-_TAIL_LINES + 1 :], text]
            self.on_line(self.spec.name, text)


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:  # a line longer than the reader's limit: take what is there
        return await stream.read(65536)
