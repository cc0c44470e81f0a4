"""The LiteLLM proxy, installed in an environment of its own, in front of the same upstream."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.child_process import Start, clean_environment, free_ports, http_ready, running
from benchmarks.conditions import version_of
from benchmarks.paced_model import PacedModel, completions
from benchmarks.plan import StreamTarget
from benchmarks.process_cpu import descendants
from benchmarks.upstream import MODEL

_CONFIG = """\
model_list:
  - model_name: {model}
    litellm_params:
      model: openai/{model}
      api_base: {base_url}
      api_key: none
litellm_settings:
  telemetry: false
"""


class PeerUnavailable(Exception):
    """The proxy could not be installed; the message says why."""


@dataclass(frozen=True, slots=True)
class LitellmPeer:
    """A running proxy: one worker, no database, one key for everybody (without any it does not start).

    Attributes:
        port: Where it listens.
        pid: Its process.
        key: The key.
        version: Of LiteLLM.
    """

    port: int
    pid: int
    key: str
    version: str

    def processes(self) -> dict[str, list[int]]:
        """The ids of its processes."""
        return {"proxy": descendants(self.pid)}

    def answers(self, questions: tuple[str, ...]) -> StreamTarget:
        """Its streamed completions."""
        return completions(self.port, MODEL, questions, self.key)


def install(folder: Path, version: str) -> Path:
    """Installs the proxy unless it is there; returns its command.

    Raises:
        PeerUnavailable: There is no installer, or the registry does not serve it.
    """
    command = folder / "bin" / "litellm"
    marker = folder / f"litellm-{version}.installed"
    if marker.exists() and command.exists():
        return command
    uv = Path(sys.executable).with_name("uv")
    python = str(folder / "bin" / "python")
    wanted = f"litellm[proxy]=={version}"
    for step in (
        [str(uv), "venv", "--quiet", "--clear", "--python", sys.executable, str(folder)],
        [str(uv), "pip", "install", "--quiet", "--no-config", "--python", python, wanted],
    ):
        try:
            done = subprocess.run(step, env=_with_mirror(), capture_output=True, text=True, check=False)
        except OSError as error:
            raise PeerUnavailable(f"{step[0]} cannot be run ({error}).") from error
        if done.returncode != 0:
            raise PeerUnavailable(f"{' '.join(step)}: {done.stderr.strip()[-500:]}")
    marker.touch()
    return command


def _with_mirror() -> dict[str, str]:
    """The environment, in which a mirror that is configured for pip serves uv too."""
    variables = clean_environment()
    asked = subprocess.run(
        [sys.executable, "-m", "pip", "config", "get", "global.index-url"],
        capture_output=True,
        text=True,
        check=False,
    )
    index = variables.get("PIP_INDEX_URL") or asked.stdout.strip()
    return {"UV_DEFAULT_INDEX": index, **variables} if index else variables


@contextmanager
def litellm_peer(folder: Path, upstream: PacedModel, core: int | None) -> Iterator[LitellmPeer]:
    """Runs the proxy for the length of a block.

    Args:
        folder: Where it is installed, and keeps its configuration and log.
        upstream: The model's server.
        core: Where it runs.

    Raises:
        PeerUnavailable: It is not installed and cannot be.
    """
    version = version_of("litellm")
    command = install(folder / "venv", version)
    (port,) = free_ports(1)
    key = f"sk-{secrets.token_hex(24)}"
    config = folder / "config.yaml"
    config.write_text(_CONFIG.format(model=MODEL, base_url=upstream.base_url), encoding="utf-8")
    start = Start(
        command=[
            str(command),
            "--config",
            str(config),
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--num_workers",
            "1",
        ],
        environment={
            **clean_environment(),
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else it waits for a network that may not be there
            "LITELLM_LOG": "ERROR",
            "LITELLM_MASTER_KEY": key,
        },
        log=folder / "proxy.log",
        core=core,
        patience=120.0,
    )
    with running(start, http_ready(f"http://127.0.0.1:{port}/health/liveliness")) as pid:
        yield LitellmPeer(port, pid, key, version)
