"""A retrieval and a config that commands can talk to, and commands that are only called."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from typer.testing import CliRunner

from cli.dev_keys import prepare_dev_keys
from cli.settings import Settings
from libs.common.clock import SystemClock
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_server import RpcServer
from libs.common.service_tokens import ServiceTokenVerifier
from tests.cli.recorded import Commands
from tests.fakes.fake_config import FakeConfig
from tests.fakes.fake_retrieval import FakeRetrieval


@pytest.fixture
def retrieval() -> FakeRetrieval:
    return FakeRetrieval()


@pytest.fixture
async def settings(retrieval: FakeRetrieval, tmp_path: Path) -> AsyncIterator[Settings]:
    """Settings that lead to it."""
    server = grpc.aio.server()
    retrieval_pb2_grpc.add_RetrievalServicer_to_server(retrieval, server)  # type: ignore[no-untyped-call]
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    data = tmp_path / "data"
    prepare_dev_keys(data / "keys")
    yield Settings(data=data, retrieval_address=f"127.0.0.1:{port}")
    await server.stop(None)


@pytest.fixture
def config() -> FakeConfig:
    return FakeConfig()


@pytest.fixture
async def configured(settings: Settings, config: FakeConfig) -> AsyncIterator[Settings]:
    """Settings that lead to a config, too."""
    verifier = ServiceTokenVerifier("config", settings.keys_folder / "trust.json", SystemClock())
    server = RpcServer(config.spec(), verifier)
    port = await server.start()
    yield replace(settings, config_address=f"127.0.0.1:{port}", sources_metrics_port=0)
    await server.stop(0)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Commands:
    """Runs command lines whose work is only recorded."""
    monkeypatch.setenv("CAUSEWAY_DATA", str(tmp_path / "data"))
    return Commands(CliRunner(), monkeypatch)
