"""The insights service as a process."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from libs.common.caller import Caller
from libs.common.clock import SystemClock
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.rpc_client import open_channel
from tests.common.keyring import Keyring

ROOT = Path(__file__).parents[2]
ANA = Caller("edge_gateway", "demo", "ana")

pytestmark = pytest.mark.process


class Service:
    """How one insights process is started."""

    def __init__(self, data: Path) -> None:
        (data / "keys").mkdir(parents=True)
        self.database = data / "insights" / "insights.sqlite3"
        self.keyring = Keyring(data / "keys", SystemClock())
        self.keyring.add("edge_gateway", ["act_for", "insights"])
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.variables = os.environ | {"CAUSEWAY_DATA": str(data), "CAUSEWAY_INSIGHTS_PORT": str(self.port)}

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        with subprocess.Popen(
            [sys.executable, "-m", "services.insights"],
            cwd=ROOT,
            env=self.variables,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    async def record(self, stub: Any, feedback_id: str) -> bool:
        request = insights_pb2.RecordFeedbackRequest(
            feedback_id=feedback_id, query_id="q_" + "A" * 20, vote=insights_pb2.VOTE_DOWN, comment="No."
        )
        metadata = self.keyring.signer("edge_gateway", "insights", ["act_for", "insights"]).metadata(ANA)
        response = await stub.RecordFeedback(request, metadata=metadata, wait_for_ready=True, timeout=20)
        return bool(response.duplicate)

    def stub(self, channel: Any) -> Any:
        return insights_pb2_grpc.InsightsStub(channel)  # type: ignore[no-untyped-call]

    def recorded(self) -> set[str]:
        connection = sqlite3.connect(self.database)
        try:
            return {row[0] for row in connection.execute("SELECT feedback_id FROM feedback")}
        finally:
            connection.close()


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return Service(tmp_path / "data")


async def test_a_kill_right_after_the_reply_loses_nothing(service: Service) -> None:
    acknowledged = set()
    for round_number in range(3):
        with service.running() as process:
            async with open_channel(f"127.0.0.1:{service.port}") as channel:
                for number in range(5):
                    feedback_id = f"f-{round_number}-{number}"
                    assert await service.record(service.stub(channel), feedback_id) is False
                    acknowledged.add(feedback_id)
                process.send_signal(signal.SIGKILL)
                process.wait(timeout=20)
        assert service.recorded() == acknowledged
    with service.running():
        async with open_channel(f"127.0.0.1:{service.port}") as channel:
            assert await service.record(service.stub(channel), "f-0-0") is True


async def test_a_stop_ends_the_process_in_good_order(service: Service) -> None:
    with service.running() as process:
        async with open_channel(f"127.0.0.1:{service.port}") as channel:
            await service.record(service.stub(channel), "f")
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def test_a_database_that_is_none_is_explained(service: Service) -> None:
    service.database.parent.mkdir()
    service.database.write_text("this is no database at all " * 100)
    with service.running() as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "not a SQLite database" in errors
    assert "Traceback" not in errors


def test_a_taken_port_is_explained(service: Service) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", service.port))
        other.listen()
        with service.running() as process:
            _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert f"127.0.0.1:{service.port} is taken" in errors
