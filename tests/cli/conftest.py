"""A retrieval that commands can talk to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import grpc
import pytest

from cli.dev_keys import prepare_dev_keys
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
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
