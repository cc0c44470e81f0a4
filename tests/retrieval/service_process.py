"""A serving process over real parts, started and called by tests as its users do."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from libs.common.errors import CausewayError
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_errors import decode
from tests.retrieval.running_server import Keys

ROOT = Path(__file__).parents[2]
BETWEEN_SECONDS = 0.05

Outcome = pb.SearchResponse | CausewayError


class ServiceProcess:
    """`python -m services.retrieval`, and what it serves."""

    def __init__(
        self, process: asyncio.subprocess.Process, port: int, keys: Keys, channel: grpc.aio.Channel
    ) -> None:
        self.process = process
        self.port = port
        self._keys = keys
        self._channel = channel
        self._stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]

    async def search(self, query: str, seconds: float = 10.0) -> pb.SearchResponse:
        """Searches for a visitor of acme.

        Raises:
            CausewayError: As the service named it, or as its caller would take what gRPC said.
        """
        request = pb.SearchRequest(query=query, include_text=True)
        metadata = self._keys.visitor("acme")
        try:
            response: pb.SearchResponse = await self._stub.Search(request, metadata=metadata, timeout=seconds)
        except grpc.aio.AioRpcError as error:
            raise decode(error, "retrieval") from None
        return response

    async def outcome(self, query: str, seconds: float = 10.0) -> Outcome:
        """What a search came to: its response, or its error."""
        try:
            return await self.search(query, seconds)
        except CausewayError as error:
            return error

    async def until(
        self, right: Callable[[Outcome], bool], seconds: float = 10.0, within: float = 40.0
    ) -> None:
        """Asks one new question after the other until an outcome is right; each has its own deadline.

        Raises:
            AssertionError: None was, within the time; says what the last one was.
        """
        last: Outcome | None = None
        number = 0
        try:
            async with asyncio.timeout(within):
                while not right(last := await self.outcome(f"radio battery {number}", seconds)):
                    number += 1
                    await asyncio.sleep(BETWEEN_SECONDS)
        except TimeoutError:
            raise AssertionError(f"not right after {number} questions: {last!r}") from None

    async def ready(self) -> None:
        """Waits until it says that calls may come."""
        stub: Any = health_pb2_grpc.HealthStub(self._channel)
        request, serving = health_pb2.HealthCheckRequest(), health_pb2.HealthCheckResponse.SERVING
        async with asyncio.timeout(60):
            while (await stub.Check(request, wait_for_ready=True)).status != serving:
                await asyncio.sleep(0.02)


def free_port() -> int:
    """A port on which nothing listens at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(
    data: Path, keys: Keys, settings: Mapping[str, str] | None = None
) -> AsyncIterator[ServiceProcess]:
    """Runs a serving process over a data folder, without a config service, until it is ready and the block ends."""
    port = free_port()
    environment = {
        **os.environ,
        "CAUSEWAY_DATA": str(data),
        "CAUSEWAY_RETRIEVAL_PORT": str(port),
        "CAUSEWAY_CONFIG_ADDRESS": f"127.0.0.1:{free_port()}",
        **(settings or {}),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.retrieval", cwd=ROOT, env=environment
    )
    try:
        async with open_channel(f"127.0.0.1:{port}") as channel:
            service = ServiceProcess(process, port, keys, channel)
            await service.ready()
            yield service
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
