"""A whole Causeway on free ports, started as a user starts it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson

from benchmarks.child_process import Start, clean_environment, free_ports, running
from benchmarks.plan import StreamTarget
from benchmarks.process_cpu import descendants, module_of
from cli.settings import SERVICES, Settings
from cli.tokens import host_token
from libs.common.settings import load_settings

TENANT = "demo"
GROUPS: Mapping[str, str] = {
    "services.edge_gateway": "edge",
    "services.generation": "generation",
    "services.retrieval": "retrieval",
}
"""The processes on an answer's way; what else runs counts as `others`."""

_READY = "Ctrl-C stops everything"
_METRICS = ("RETRIEVAL", "GENERATION", "CONFIG", "INSIGHTS", "INGEST")
_UNLIMITED: Mapping[str, str] = {
    "CAUSEWAY_CHAT_PER_MINUTE": "1000000",
    "CAUSEWAY_CHAT_BURST": "1000000",
    "CAUSEWAY_STREAMS_PER_SUBJECT": "1000",
}
"""One load generator stands for many visitors; the limiter itself stays in the path."""


@dataclass(frozen=True, slots=True)
class CausewayStack:
    """A running `causeway up`.

    Attributes:
        settings: Where its services are.
        pid: Its supervisor.
    """

    settings: Settings
    pid: int

    def processes(self) -> dict[str, list[int]]:
        """The ids of its processes, by service; the rest together as `others`."""
        found: dict[str, list[int]] = {name: [] for name in (*GROUPS.values(), "others")}
        for pid in descendants(self.pid):
            found[GROUPS.get(module_of(pid), "others")].append(pid)
        return found

    def answers(self, questions: tuple[str, ...], visitors: int, tenant: str = TENANT) -> StreamTarget:
        """`POST /v1/chat` by some visitors of a tenant, each with a session of its own."""
        tokens = [self._session(f"visitor-{number}", tenant) for number in range(visitors)]
        return StreamTarget(
            port=self.settings.edge_port,
            path="/v1/chat",
            headers=tuple({"authorization": f"Bearer {token}"} for token in tokens),
            bodies=tuple(orjson.dumps({"question": question}).decode() for question in questions),
            first="event: delta",
            last='"finish":"stop"',
            timings=("retrieval_latency_ms", "first_token_ms"),
        )

    def _session(self, subject: str, tenant: str) -> str:
        token = host_token(self.settings, tenant=tenant, subject=subject)
        answer = httpx.post(
            f"{self.settings.edge}/v1/sessions",
            headers={"authorization": f"Bearer {token}"},
            json={},
            trust_env=False,
        )
        answer.raise_for_status()
        return str(answer.json()["session_token"])


@contextmanager
def causeway_stack(
    data: Path,
    docs: Path,
    core: int | None,
    variables: Mapping[str, str],
    program: tuple[str, ...] = ("cli",),
) -> Iterator[CausewayStack]:
    """Runs `causeway up` for the length of a block, in which its documents are indexed.

    Args:
        data: Its data folder; kept, so that the next run finds the documents indexed.
        docs: The documents.
        core: Where all of it runs.
        variables: Its environment, besides ports and folders.
        program: The module that runs the command, with what comes before the command's own arguments.
    """
    ports = dict(zip(SERVICES, free_ports(len(SERVICES)), strict=True))
    places = {f"CAUSEWAY_{name.upper()}_PORT": str(port) for name, port in ports.items()}
    metrics = {f"CAUSEWAY_{name}_METRICS_PORT": "0" for name in _METRICS}
    settings = load_settings(Settings, {**places, "CAUSEWAY_DATA": str(data)})
    log = data / "logs" / "up.log"
    start = Start(
        command=[sys.executable, "-m", *program, "up", "--docs", str(docs)],
        environment={
            **clean_environment(),
            "CAUSEWAY_DATA": str(data),
            **places,
            **metrics,
            **_UNLIMITED,
            **variables,
        },
        log=log,
        core=core,
        patience=180.0,
    )
    with running(start, lambda: _READY in log.read_text(errors="replace")) as pid:
        yield CausewayStack(settings, pid)
