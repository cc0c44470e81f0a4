"""A server that tests start, kill, freeze and stop, by the ids of its processes."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tenacity import RetryError, Retrying, retry_if_result, stop_after_delay, wait_fixed

START_SECONDS = 60.0
STOP_SECONDS = 20.0


class ServerMissing(Exception):
    """The server cannot run here; says why."""


def free_port() -> int:
    """A port of the loopback address that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody accepts connections."""
    with socket.socket() as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Waits for a condition; returns whether it came true in time."""
    patient = Retrying(
        retry=retry_if_result(lambda true: not true), stop=stop_after_delay(seconds), wait=wait_fixed(0.02)
    )
    with suppress(RetryError):
        return bool(patient(condition))
    return False


class ServerFolder:
    """A folder of its own outside the tests' folders, which other users may not enter.

    Args:
        owner: The user who owns it and runs what works in it; None means this process's.

    Raises:
        ServerMissing: Nothing can be run as that user.
    """

    def __init__(self, owner: str | None) -> None:
        self._setpriv = shutil.which("setpriv")
        if self._setpriv is None and owner is not None:
            raise ServerMissing("setpriv (util-linux) is needed to run a server as another user; install it")
        self.path = Path(tempfile.mkdtemp(prefix="causeway-server-"))
        self.owner = owner
        if owner is not None:
            shutil.chown(self.path, owner, pwd.getpwnam(owner).pw_gid)

    def command(self, *words: str) -> list[str]:
        """A command as its owner's; where possible it ends with this process, however that ends."""
        if self._setpriv is None:
            return list(words)
        owner = self.owner
        group = [] if owner is None else [f"--regid={pwd.getpwnam(owner).pw_gid}", "--clear-groups"]
        user = [] if owner is None else [f"--reuid={owner}"]
        return [self._setpriv, "--pdeathsig=INT", *user, *group, "--", *words]

    def environment(self) -> dict[str, str]:
        """Nothing of ours, so that no variable of the machine changes what a server does."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "HOME": str(self.path)}

    def remove(self) -> None:
        """Deletes it with everything in it."""
        shutil.rmtree(self.path, ignore_errors=True)


class ServerProcess:
    """One server on one port of the loopback address.

    Args:
        name: For messages.
        folder: Where it works; its log goes there.
        port: Where it listens.
        command: Starts it in the foreground.
    """

    def __init__(self, name: str, folder: ServerFolder, port: int, command: Sequence[str]) -> None:
        self.name = name
        self.folder = folder
        self.port = port
        self._command = list(command)
        self._log = folder.path / "server.log"
        self._process: subprocess.Popen[bytes] | None = None

    def add_options(self, *options: str) -> None:
        """Adds to the command of the next start."""
        self._command += options

    def start(self, answers: Callable[[], bool] | None = None) -> None:
        """Starts it and waits until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self.folder.command(*self._command),
                cwd=self.folder.path,
                env=self.folder.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        ready = answers or (lambda: listens(self.port))
        if not until(lambda: not self.runs or ready(), START_SECONDS) or not self.runs:
            said = self._log.read_text(errors="replace")[-2000:]
            self.kill()
            raise AssertionError(f"{self.name} did not start:\n{said}")

    @property
    def runs(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """Ends it in good order."""
        if self._process is None:
            return
        self.thaw()
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
        self._process = None

    def kill(self) -> None:
        """Ends it and its children as a crash would."""
        pids = self._pids()
        self._signal(signal.SIGKILL, pids)
        if self._process is not None:
            self._process.wait(STOP_SECONDS)
            self._process = None
        assert until(lambda: not any(_alive(pid) for pid in pids), STOP_SECONDS)

    def freeze(self) -> None:
        """Lets it hang: connections stay open, nothing is answered."""
        self._signal(signal.SIGSTOP, self._pids())

    def thaw(self) -> None:
        """Lets it go on."""
        self._signal(signal.SIGCONT, self._pids())

    def _signal(self, number: signal.Signals, pids: Sequence[int]) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _pids(self) -> list[int]:
        """The server's process, then its children."""
        if self._process is None or self._process.poll() is not None:
            return []
        found = [self._process.pid]
        for status in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                after_name = status.read_text().rpartition(")")[2].split()
                if int(after_name[1]) == self._process.pid:
                    found.append(int(status.parent.name))
        return found


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
