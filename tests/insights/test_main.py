"""The insights service as a process."""

from __future__ import annotations

import asyncio
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

import grpc
import pytest

from libs.common.caller import Caller
from libs.common.clock import SystemClock
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_errors import decode
from tests.common.keyring import Keyring
from tests.servers.postgres_server import PostgresServer
from tests.servers.server_process import free_port

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

    def keep_in(self, url: str, secret: Path) -> None:
        """Names a PostgreSQL database, by reference."""
        secret.write_text(f"{url}\n")
        self.variables["CAUSEWAY_DATABASE_URL_FILE"] = str(secret)

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


async def test_with_postgres_a_kill_of_the_service_loses_nothing_and_leaves_no_file(
    service: Service, tmp_path: Path, postgres_url: str
) -> None:
    service.keep_in(postgres_url, tmp_path / "database-url")
    with service.running() as process:
        async with open_channel(f"127.0.0.1:{service.port}") as channel:
            assert await service.record(service.stub(channel), "f-1") is False
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=20)
    with service.running():
        async with open_channel(f"127.0.0.1:{service.port}") as channel:
            assert await service.record(service.stub(channel), "f-1") is True
    assert not service.database.parent.exists()


async def test_when_postgres_is_killed_and_comes_back_the_service_goes_on_without_a_restart(
    service: Service, tmp_path: Path, mortal_postgres: PostgresServer
) -> None:
    with mortal_postgres.database() as url:
        service.keep_in(url, tmp_path / "database-url")
        with service.running() as process:
            async with open_channel(f"127.0.0.1:{service.port}") as channel:
                stub = service.stub(channel)
                assert await service.record(stub, "f-1") is False
                mortal_postgres.process.kill()
                for number in range(10):
                    with pytest.raises(grpc.aio.AioRpcError) as caught:
                        await service.record(stub, f"f-away-{number}")
                    error = decode(caught.value, "insights")
                    assert (error.kind, error.retryable) == ("dependency_unavailable", True)
                    assert "127.0.0.1" not in error.detail
                mortal_postgres.start()
                async with asyncio.timeout(30):
                    while True:
                        try:
                            assert await service.record(stub, "f-2") is False
                            break
                        except grpc.aio.AioRpcError:
                            await asyncio.sleep(0.1)
                assert await service.record(stub, "f-1") is True
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=20)
        assert process.returncode == 0
        assert '"event":"postgres_away"' in errors
        assert mortal_postgres.password not in errors


def test_a_postgres_that_is_away_at_the_start_is_explained(service: Service) -> None:
    service.variables["CAUSEWAY_DATABASE_URL"] = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/x"
    with service.running() as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert "PostgreSQL is not usable" in errors
    assert "Traceback" not in errors
    assert "hunter2" not in errors


def test_an_address_that_is_none_is_explained(service: Service) -> None:
    service.variables["CAUSEWAY_DATABASE_URL"] = "hunter2"
    with service.running() as process:
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "CAUSEWAY_DATABASE_URL" in errors
    assert "hunter2" not in errors


def test_the_driver_is_not_loaded_by_who_does_not_use_it() -> None:
    program = "import sys, services.insights.__main__; sys.exit('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
