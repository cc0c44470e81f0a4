"""Runs the services of one machine: ordered start, readiness, restarts, a clean stop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import grpc
import httpx
from grpc_health.v1 import health_pb2, health_pb2_grpc

from cli.child import Child, ChildSpec
from cli.output import CommandFailed

Probe = Callable[[], Awaitable[bool]]

READY_SECONDS = 60.0
_PROBE_SECONDS = 0.1


class Supervisor:
    """Keeps processes running from the first start to the clean stop.

    Args:
        logs: Folder of the log files, one for each process.
        on_line: Called with (name, line) for each line of output.
    """

    def __init__(self, logs: Path, on_line: Callable[[str, str], None]) -> None:
        self._logs = logs
        self._on_line = on_line
        self._children: list[Child] = []
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def children(self) -> Sequence[Child]:
        """The processes, in the order of their start."""
        return tuple(self._children)

    def start(self, spec: ChildSpec) -> Child:
        """Starts a process and keeps it running."""
        child = Child(spec, self._logs / f"{spec.name}.log", self._on_line)
        self._children.append(child)
        self._tasks.append(asyncio.create_task(child.keep_running(), name=f"keep {spec.name}"))
        return child

    async def wait_ready(self, child: Child, probe: Probe, seconds: float = READY_SECONDS) -> None:
        """Waits until a process is ready.

        Raises:
            CommandFailed: It cannot run with its settings, or is not ready in time.
        """
        try:
            async with asyncio.timeout(seconds):
                while not await probe():
                    if child.failed.is_set():
                        raise CommandFailed(f"{child.spec.name} cannot start:\n{child.last_words}")
                    await asyncio.sleep(_PROBE_SECONDS)
        except TimeoutError:
            raise CommandFailed(
                f"{child.spec.name} is not ready after {seconds:.0f} s. Its log is {child.log_path}; "
                f"it ends with:\n{child.last_words}"
            ) from None

    async def wait_failed(self) -> Child:
        """Waits until a process has given up, and returns it."""
        waits = {asyncio.create_task(child.failed.wait()): child for child in self._children}
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return waits[done.pop()]

    async def stop(self) -> None:
        """Stops the processes in the reverse order of their start."""
        for child in reversed(self._children):
            await child.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def grpc_probe(address: str) -> Probe:
    """A probe that asks a gRPC server's health service."""

    async def ready() -> bool:
        async with grpc.aio.insecure_channel(address) as channel:
            stub = health_pb2_grpc.HealthStub(channel)
            try:
                answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=2)  # type: ignore[attr-defined]
            except grpc.aio.AioRpcError:
                return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    return ready


def http_probe(url: str) -> Probe:
    """A probe that asks an HTTP readiness route."""

    async def ready() -> bool:
        async with httpx.AsyncClient(timeout=2) as client:
            try:
                return (await client.get(url)).status_code == 200
            except httpx.HTTPError:
                return False

    return ready


def running_probe(child: Child) -> Probe:
    """A probe for a process that nobody calls: it is ready once it runs."""

    async def ready() -> bool:
        return child.pid is not None

    return ready
