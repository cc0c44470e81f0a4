"""A real Causeway on free ports: every service a process of its own, stopped at the end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(__file__).parent / "corpus"
MODELS = ROOT / ".causeway-test" / "models"
SERVICES = ("EDGE", "RETRIEVAL", "GENERATION", "CONFIG", "INSIGHTS")
START_SECONDS = 90


def free_ports(count: int) -> list[int]:
    """Ports that were free a moment ago."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@dataclass
class Stack:
    """`causeway up` as a user runs it."""

    data: Path
    docs: Path = CORPUS
    extra: Mapping[str, str] = field(default_factory=dict)
    output: str = ""
    ports: dict[str, int] = field(default_factory=dict)
    process: subprocess.Popen[str] | None = None
    reader: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
        self.data.mkdir(parents=True, exist_ok=True)
        MODELS.mkdir(parents=True, exist_ok=True)
        if not (self.data / "models").exists():
            # The model is made once for all tests; what it is made from is tested by itself.
            (self.data / "models").symlink_to(MODELS, target_is_directory=True)

    @property
    def environment(self) -> dict[str, str]:
        """The environment of this stack's commands."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("CAUSEWAY_")}
        ports = {f"CAUSEWAY_{name}_PORT": str(port) for name, port in self.ports.items()}
        return {**inherited, "CAUSEWAY_DATA": str(self.data), "COLUMNS": "200", **ports, **self.extra}

    @property
    def edge(self) -> str:
        """Address of the edge."""
        return f"http://127.0.0.1:{self.ports['EDGE']}"

    def start(self) -> Stack:
        """Starts everything and waits until it says that it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli", "up", "--docs", str(self.docs)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        ready = threading.Event()
        self.reader = threading.Thread(target=self._read, args=(ready,), daemon=True)
        self.reader.start()
        deadline = time.monotonic() + START_SECONDS
        while not ready.wait(0.05):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise AssertionError(f"the stack did not start:\n{self.output}")
        return self

    def stop(self, number: int = signal.SIGINT) -> int:
        """Stops everything as Ctrl-C does, and returns the exit code."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(timeout=30)
        if self.reader is not None:
            self.reader.join(timeout=30)
        return code

    def cli(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Runs the causeway command against this stack."""
        done = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert not check or done.returncode == 0, done.stderr + done.stdout
        return done

    def token(self, *arguments: str) -> str:
        """A token, as `causeway token` prints it."""
        return self.cli("token", *arguments).stdout.strip()

    def service_pids(self) -> dict[str, int]:
        """The running services' process ids, by the module that each runs."""
        assert self.process is not None
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                words = (entry / "cmdline").read_text().split("\0")
                if int(stat[1]) == self.process.pid and "-m" in words:
                    found[words[words.index("-m") + 1]] = int(entry.name)
        return found

    def _read(self, ready: threading.Event) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.output += line
                if "Ctrl-C stops everything" in line:
                    ready.set()


@dataclass(frozen=True)
class Event:
    """A server-sent event as it stood on the wire."""

    name: str
    event_id: str
    data: dict[str, object]


def parse_events(text: str) -> list[Event]:
    """Reads server-sent events strictly: every block must have an event name and JSON data."""
    events = []
    for block in re.split(r"\n\n", text.strip()):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        if not lines:
            continue
        fields = dict(line.split(": ", 1) for line in lines)
        events.append(Event(fields["event"], fields.get("id", ""), json.loads(fields["data"])))
    return events


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@contextlib.contextmanager
def running(stack: Stack) -> Iterator[Stack]:
    """A started stack that is stopped in any case."""
    stack.start()
    try:
        yield stack
    finally:
        stack.stop()
