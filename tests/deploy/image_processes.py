"""Runs replayed images as plain processes: the declared variables, keys and commands, other ports and paths.

What a container would see below `/` lies in its image's folder here; `dns:///<service>:<port>` becomes a port of this
machine. Nothing else is changed, so that a missing file, package, key or variable shows.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.deploy import service_code as code
from tests.deploy.containers import GIVEN_AT_RUN_TIME, Container
from tests.e2e.stack import free_ports

READY_SECONDS = 60.0
STOP_SECONDS = 20.0
_PAUSE_SECONDS = 0.1


@dataclass
class Host:
    """One machine that stands for a cluster.

    Attributes:
        images: The folder of each replayed image.
        scratch: What is `/tmp` to the processes, and their output.
        all_keys: Every key file there is.
        ports: The port of each service here.
        listening: The port of each variable that names one.
        running: The processes by name.
    """

    images: Mapping[str, Path]
    scratch: Path
    all_keys: Path
    ports: dict[str, int] = field(default_factory=dict)
    listening: dict[str, int] = field(default_factory=dict)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        processes = [*(f"services.{service}" for service in code.SERVICES), code.WORKER]
        variables = [name for process in processes for name in code.port_variables(process)]
        self.listening = dict(zip(variables, free_ports(len(variables)), strict=True))
        self.ports = {service: self.listening[code.main_port_variable(service)] for service in code.SERVICES}
        (self.scratch / "tmp").mkdir(parents=True, exist_ok=True)

    def start(self, name: str, one: Container) -> None:
        """Starts a container's process."""
        with (self.scratch / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                [self._here(one, word) for word in one.command],
                cwd=self.images[one.target] / "app",
                env=self.environment(one),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def run(self, one: Container, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a container's process to its end; arguments replace those that its image gives."""
        words = (*one.entrypoint, *arguments) if arguments else one.command
        return subprocess.run(
            [self._here(one, word) for word in words],
            cwd=self.images[one.target] / "app",
            env=self.environment(one),
            capture_output=True,
            text=True,
            timeout=READY_SECONDS,
            check=False,
        )

    def wait_until(self, name: str, one: Container, command: Iterable[str]) -> None:
        """Waits until a command, run inside the container, succeeds."""
        words = [self._here(one, word) for word in command]
        for service, port in self.ports.items():
            words = [
                word.replace(f"127.0.0.1:{code.main_port(service)}", f"127.0.0.1:{port}") for word in words
            ]
        deadline = time.monotonic() + READY_SECONDS
        while self._fails(words, one):
            said = self.output(name)
            assert self.running[name].poll() is None, f"{name} ended:\n{said}"
            assert time.monotonic() < deadline, f"{name} is not ready:\n{said}"
            time.sleep(_PAUSE_SECONDS)

    def stop(self) -> dict[str, int]:
        """Ends everything as Kubernetes does, and returns the exit codes."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        codes = {}
        for name, process in self.running.items():
            try:
                codes[name] = process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                codes[name] = process.wait()
        return codes

    def output(self, name: str) -> str:
        """What a process has said so far."""
        return (self.scratch / f"{name}.log").read_text("utf-8", "replace")

    def environment(self, one: Container) -> dict[str, str]:
        """The variables of a container, with this machine's ports and paths."""
        variables = {name: self._here(one, value) for name, value in one.environment.items()}
        variables |= {"CAUSEWAY_BIND": "127.0.0.1", "HOME": str(self.scratch / "tmp")}
        variables |= {"TMPDIR": str(self.scratch / "tmp"), "COLUMNS": "200"}
        ports = code.port_variables(one.module) if one.module.startswith("services.") else ()
        variables |= {name: str(self.listening[name]) for name in ports}
        for service, port in self.ports.items():
            variables = {
                key: value.replace(f"dns:///{service}:{code.main_port(service)}", f"dns:///127.0.0.1:{port}")
                for key, value in variables.items()
            }
        if "CAUSEWAY_EDGE_URL" in variables:
            variables["CAUSEWAY_EDGE_URL"] = f"http://127.0.0.1:{self.ports['edge_gateway']}"
        variables["PATH"] = f"{self.images[one.target]}/opt/venv/bin:{os.environ['PATH']}"
        # The secrets are optional, and not there.
        return {name: value for name, value in variables.items() if value not in ("", GIVEN_AT_RUN_TIME)}

    def keys_of(self, one: Container) -> Path:
        """A folder with just the key files that a container sees."""
        if one.keys is None:
            return self.all_keys
        folder = self.scratch / "keys" / one.where.replace(": ", "-").replace("/", "-")
        if not folder.exists():
            folder.mkdir(parents=True)
            for key in one.keys:
                shutil.copyfile(self.all_keys / key, folder / key)
        return folder

    def _here(self, one: Container, text: str) -> str:
        """Moves the absolute paths in a text below the image's folder."""
        moved = text.replace("/etc/causeway/keys", str(self.keys_of(one)))
        moved = moved.replace("/etc/causeway/tenants", str(self.all_keys))
        return moved.replace("/var/lib/causeway", str(self.images[one.target] / "var/lib/causeway"))

    def _fails(self, words: list[str], one: Container) -> bool:
        return subprocess.run(
            words, cwd=self.images[one.target] / "app", env=self.environment(one), check=False
        ).returncode != 0  # fmt: skip


def files_below(folder: Path) -> set[str]:
    """Every file below a folder that is its own, not behind a link."""
    found = set()
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not (Path(parent) / name).is_symlink()]
        found |= {str((Path(parent) / name).relative_to(folder)) for name in names}
    return found
