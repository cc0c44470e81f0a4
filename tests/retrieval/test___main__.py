"""Real serving processes over one published index, with the real embedder and no config service."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from libs.common.keys import create_signing_key
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.embedding.embedder_fastembed import open_embedder
from tests.retrieval.example_passages import build_index, example
from tests.retrieval.running_server import Keys

pytestmark = pytest.mark.process

ROOT = Path(__file__).parents[2]
MODELS = ROOT / ".causeway-test" / "models"

RADIO = example("If the wireless set falls silent, put fresh cells into it.", uri="radio.md")
PASSAGES = (RADIO, example("Lifejackets hang beside the door."), example("Lunch is at noon."))


class ServiceProcess:
    """`python -m services.retrieval`, and what it serves."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, keys: Keys) -> None:
        self.process = process
        self.port = port
        self._keys = keys

    async def search(self, query: str) -> pb.SearchResponse:
        async with open_channel(f"127.0.0.1:{self.port}") as channel:
            stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
            request = pb.SearchRequest(query=query, include_text=True)
            response: pb.SearchResponse = await stub.Search(
                request, metadata=self._keys.visitor("acme"), timeout=10
            )
            return response

    async def ready(self) -> None:
        async with open_channel(f"127.0.0.1:{self.port}") as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            request, serving = health_pb2.HealthCheckRequest(), health_pb2.HealthCheckResponse.SERVING
            async with asyncio.timeout(60):
                while (await stub.Check(request, wait_for_ready=True)).status != serving:
                    await asyncio.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def serving(data: Path, keys: Keys) -> AsyncIterator[ServiceProcess]:
    port = free_port()
    settings = {
        "CAUSEWAY_DATA": str(data),
        "CAUSEWAY_RETRIEVAL_PORT": str(port),
        "CAUSEWAY_CONFIG_ADDRESS": f"127.0.0.1:{free_port()}",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.retrieval", cwd=ROOT, env={**os.environ, **settings}
    )
    service = ServiceProcess(process, port, keys)
    try:
        await service.ready()
        yield service
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "keys").mkdir()
    create_signing_key(tmp_path / "keys" / "retrieval.key.pem")
    build_index(tmp_path / "retrieval" / "index", PASSAGES, 1, open_embedder(MODELS))
    (tmp_path / "models").symlink_to(MODELS)
    return tmp_path


def copies(data: Path) -> list[str]:
    return sorted(path.name for path in (data / "retrieval" / "serving").iterdir() if path.is_dir())


async def test_processes_share_a_published_index_follow_it_and_clean_up(data: Path) -> None:
    keys = Keys(data / "keys")
    async with serving(data, keys) as one, serving(data, keys) as two:
        for service in (one, two):
            found = await service.search("the radio needs a new battery")
            assert found.passages[0].text == RADIO.text
            assert found.passages[0].scores.dense > 0.3
            assert (list(found.degradations), found.profile) == ([], "default")
        assert len(copies(data)) == 2

        build_index(data / "retrieval" / "index", PASSAGES[:1], 2, open_embedder(MODELS))
        async with asyncio.timeout(20):
            while {(await s.search("radio")).content_revision for s in (one, two)} != {2}:
                await asyncio.sleep(0.1)

        one.process.send_signal(signal.SIGKILL)
        await one.process.wait()
        assert (await two.search("radio")).content_revision == 2
        two.process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(two.process.wait(), 20) == 0
        (left,) = copies(data)
        assert left.startswith(f"{one.process.pid}-")
    async with serving(data, keys) as three:
        assert (await three.search("radio")).content_revision == 2
        (own,) = copies(data)
        assert own.startswith(f"{three.process.pid}-")
