"""A retrieval service over a prepared index, with the config service that it follows."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.child_process import Start, clean_environment, free_ports, running
from benchmarks.plan import SearchTarget
from cli.dev_keys import prepare_dev_keys
from cli.settings import Settings
from cli.supervisor import grpc_probe
from cli.tokens import service_token


@dataclass(frozen=True, slots=True)
class RetrievalService:
    """A running service.

    Attributes:
        settings: Where it listens, and where the keys are.
        pid: Its process.
        metrics: Where its metrics are.
    """

    settings: Settings
    pid: int
    metrics: str

    def searches(self, tenant: str, queries: tuple[str, ...]) -> SearchTarget:
        """`Search` by a tenant's client."""
        token = service_token(self.settings, tenant=tenant, service="retrieval", roles=("search",))
        return SearchTarget(self.settings.retrieval, token, queries)


@contextmanager
def retrieval_service(
    data: Path,
    core: int | None,
    module: tuple[str, ...] = ("services.retrieval",),
    manifests: Path | None = None,
) -> Iterator[RetrievalService]:
    """Runs the two services for the length of a block; the index lies in the data folder.

    Args:
        data: The data folder.
        core: Where they run.
        module: What serves the searches, with its arguments.
        manifests: Folder of the manifests; None for the project's own.
    """
    retrieval, config, metrics = free_ports(3)
    settings = Settings(data=data, retrieval_port=retrieval, config_port=config)
    prepare_dev_keys(settings.keys_folder)
    variables = {
        **clean_environment(),
        "CAUSEWAY_ENVIRONMENT": "dev",
        "CAUSEWAY_DATA": str(data),
        "CAUSEWAY_RETRIEVAL_PORT": str(retrieval),
        "CAUSEWAY_CONFIG_PORT": str(config),
        "CAUSEWAY_CONFIG_ADDRESS": f"{settings.host}:{config}",
        "CAUSEWAY_RETRIEVAL_METRICS_PORT": str(metrics),
        "CAUSEWAY_CONFIG_METRICS_PORT": "0",
        **({} if manifests is None else {"CAUSEWAY_MANIFESTS": str(manifests)}),
    }

    def start(name: str, *module: str) -> Start:
        command = [sys.executable, "-m", *module]
        return Start(command, variables, data / "logs" / f"{name}.log", core)

    with (
        running(start("config", "services.config"), _serving(f"{settings.host}:{config}")),
        running(start("retrieval", *module), _serving(settings.retrieval)) as pid,
    ):
        yield RetrievalService(settings, pid, f"http://{settings.host}:{metrics}/metrics")


def _serving(address: str) -> Callable[[], bool]:
    async def ask() -> bool:
        return await grpc_probe(address)()

    return lambda: asyncio.run(ask())
