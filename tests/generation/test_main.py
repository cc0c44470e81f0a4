"""The service as a process: ready soon, useful without config, gone in good order."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from libs.common.clock import SystemClock
from libs.common.manifest import Tenant
from libs.common.pb.config.v1 import config_pb2
from libs.common.pb.generation.v1 import generation_pb2 as pb
from libs.common.pb.generation.v1 import generation_pb2_grpc
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_policy import MethodPolicy
from libs.common.rpc_server import RpcServer, ServerSpec
from tests.common.keyring import Keyring
from tests.fakes.fake_config import FakeConfig
from tests.fakes.openai_upstream import Script, openai_upstream
from tests.generation.conftest import MODELS
from tests.generation.examples import ANA, manifest
from tests.generation.running_server import HASH, names, text_of
from tests.generation.test_models import ENVIRONMENT, EXTRACTIVE
from tests.generation.test_searcher_grpc import FakeRetrieval

pytestmark = [pytest.mark.process, pytest.mark.usefixtures("real_embedder")]

ROOT = Path(__file__).parents[2]
MANIFEST = manifest(ENVIRONMENT, EXTRACTIVE)
PATIENCE = 60.0


@dataclass
class World:
    """Config and retrieval for one generation process, and the keys of all.

    Attributes:
        keyring: Trusted by everybody.
        environment: For the process.
        config: Its server; stop it to take config away.
        port: Where generation listens.
    """

    keyring: Keyring
    environment: dict[str, str]
    config: RpcServer
    port: int

    @asynccontextmanager
    async def process(self, **more: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """Runs the service until it is ready; kills what is left of it afterwards."""
        started = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.generation",
            cwd=ROOT,
            env=self.environment | more,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            await self._ready(started)
            yield started
        finally:
            if started.returncode is None:
                started.kill()
            await started.communicate()

    async def _ready(self, process: asyncio.subprocess.Process) -> None:
        serving = health_pb2.HealthCheckResponse.SERVING
        async with open_channel(f"127.0.0.1:{self.port}") as channel, asyncio.timeout(PATIENCE):
            stub: Any = health_pb2_grpc.HealthStub(channel)
            request = health_pb2.HealthCheckRequest()
            while (await stub.Check(request, wait_for_ready=True)).status != serving:
                assert process.returncode is None
                await asyncio.sleep(0.02)

    @asynccontextmanager
    async def stream(self, query: str) -> AsyncIterator[grpc.aio.UnaryStreamCall[Any, Any]]:
        """Asks a question."""
        signer = self.keyring.signer("edge_gateway", "generation", ["act_for"])
        request = pb.AnswerRequest(
            query_id="q_" + query.ljust(24, "0"),
            body_hash=HASH,
            question="When is tea served?",
            manifest_id=MANIFEST.manifest_id,
        )
        async with open_channel(f"127.0.0.1:{self.port}") as channel:
            stub = generation_pb2_grpc.GenerationStub(channel)  # type: ignore[no-untyped-call]
            yield stub.Answer(request, metadata=signer.metadata(ANA), timeout=PATIENCE)

    async def answer(self, query: str) -> list[pb.AnswerEvent]:
        """Every event of an answer."""
        async with self.stream(query) as call:
            return [event async for response in call for event in response.events]


@pytest.fixture
async def world(tmp_path: Path, unused_tcp_port: int) -> AsyncIterator[World]:
    keys = tmp_path / "keys"
    keys.mkdir()
    keyring = Keyring(keys, SystemClock())
    for service, roles in (("generation", ("act_for", "search")), ("edge_gateway", ("act_for",))):
        keyring.add(service, roles)
    (keys / "generation.0.key.pem").rename(keys / "generation.key.pem")
    (tmp_path / "models").symlink_to(MODELS, target_is_directory=True)
    config = RpcServer(FakeConfig(_bundle()).spec(), keyring.verifier("config"))
    retrieval = RpcServer(_retrieval_spec(), keyring.verifier("retrieval"))
    config_port, retrieval_port = await config.start(), await retrieval.start()
    environment = _environment(tmp_path) | {
        "CAUSEWAY_GENERATION_PORT": str(unused_tcp_port),
        "CAUSEWAY_CONFIG_ADDRESS": f"127.0.0.1:{config_port}",
        "CAUSEWAY_RETRIEVAL_ADDRESS": f"127.0.0.1:{retrieval_port}",
    }
    try:
        yield World(keyring, environment, config, unused_tcp_port)
    finally:
        await config.stop(0)
        await retrieval.stop(0)


@pytest.fixture
def unused_tcp_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(data: Path) -> dict[str, str]:
    inherited: Mapping[str, str] = os.environ
    kept = {name: value for name, value in inherited.items() if not name.startswith("CAUSEWAY_")}
    return kept | {
        "CAUSEWAY_DATA": str(data),
        "CAUSEWAY_ENVIRONMENT": "dev",
        "CAUSEWAY_GENERATION_METRICS_PORT": "0",
    }


def _bundle() -> config_pb2.ManifestBundle:
    return config_pb2.ManifestBundle(
        tenant_id="acme",
        environment="dev",
        manifest_id=MANIFEST.manifest_id,
        manifest_json=MANIFEST.to_json(),
        environment_revision="r1",
        tenant_json=Tenant(tenant_id="acme", name="Acme").to_json(),
    )


def _retrieval_spec() -> ServerSpec:
    add = partial(retrieval_pb2_grpc.add_RetrievalServicer_to_server, FakeRetrieval())
    policy = {"Search": MethodPolicy(role="search")}
    return ServerSpec("causeway.retrieval.v1.Retrieval", "127.0.0.1:0", policy, add)


async def test_it_answers_by_quoting_where_no_model_is_named(world: World) -> None:
    async with world.process() as process:
        events = await world.answer("a")
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(PATIENCE):
            assert await process.wait() == 0
    assert text_of(events) == "Tea is at four. [1]"
    assert (events[-1].done.model, events[-1].done.finish) == ("extractive", "stop")


async def test_it_asks_the_model_that_the_environment_names(world: World) -> None:
    async with openai_upstream() as upstream:
        named = {"CAUSEWAY_MODEL": "openai/test-model", "CAUSEWAY_MODEL_BASE_URL": upstream.base_url}
        async with world.process(CAUSEWAY_MODEL_API_KEY="sk-secret", **named):
            events = await world.answer("a")
    assert text_of(events) == "Tea is served at four [1]."
    assert (events[-1].done.model, events[-1].done.usage.completion_tokens) == ("test-model", 6)
    assert upstream.keys == ["Bearer sk-secret"]


async def test_it_starts_and_answers_while_config_is_away(world: World) -> None:
    async with world.process():
        await world.answer("a")
    await world.config.stop(0)
    async with world.process():
        assert names(await world.answer("b"))[-1] == "done"


async def test_a_stop_lets_running_answers_end(world: World) -> None:
    async with openai_upstream() as upstream:
        upstream.script = Script(pace=0.05)
        named = {"CAUSEWAY_MODEL": "openai/test-model", "CAUSEWAY_MODEL_BASE_URL": upstream.base_url}
        async with world.process(**named) as process, world.stream("a") as call:
            events = []
            async for response in call:
                events += response.events
                if "delta" in names(response.events) and process.returncode is None:
                    process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(PATIENCE):
                assert await process.wait() == 0
    assert text_of(events) == "Tea is served at four [1]."
    assert events[-1].done.finish == "stop"


async def test_without_keys_it_says_what_is_missing(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.generation",
        cwd=ROOT,
        env=_environment(tmp_path),
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(PATIENCE):
        _, errors = await process.communicate()
    assert process.returncode == 2
    assert b"trust.json" in errors
