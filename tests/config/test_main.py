"""The config service as a process."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest

from libs.common.clock import SystemClock
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_errors import decode
from tests.common.keyring import Keyring
from tests.servers.postgres_server import PostgresServer
from tests.servers.server_process import free_port

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.process


class Service:
    """How one config process is started."""

    def __init__(self, data: Path, manifests: Path) -> None:
        (data / "keys").mkdir(parents=True)
        self.keyring = Keyring(data / "keys", SystemClock())
        self.keyring.add("edge", ["act_for"])
        self.manifests = manifests
        self.port = free_port()
        self.variables = os.environ | {
            "CAUSEWAY_DATA": str(data),
            "CAUSEWAY_MANIFESTS": str(manifests),
            "CAUSEWAY_ENVIRONMENT": "dev",
            "CAUSEWAY_CONFIG_PORT": str(self.port),
        }

    def start(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "services.config"]
        return subprocess.Popen(command, cwd=ROOT, env=self.variables, stderr=subprocess.PIPE, text=True)

    def run(self) -> subprocess.CompletedProcess[str]:
        """Runs it where it is expected to end by itself."""
        with self.start() as process:
            _, errors = process.communicate(timeout=30)
        return subprocess.CompletedProcess(process.args, process.returncode, None, errors)

    @contextmanager
    def running(self) -> Iterator[subprocess.Popen[str]]:
        with self.start() as process:
            try:
                yield process
            finally:
                process.kill()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Any]:
        async with open_channel(f"127.0.0.1:{self.port}") as channel:
            yield config_pb2_grpc.ConfigStub(channel)  # type: ignore[no-untyped-call]

    async def get(self, stub: Any, manifest_id: str = "") -> config_pb2.ManifestBundle:
        request = config_pb2.GetManifestRequest(tenant_id="demo", manifest_id=manifest_id)
        metadata = self.keyring.signer("edge", "config").metadata()
        response = await stub.GetManifest(request, metadata=metadata, wait_for_ready=True, timeout=20)
        return response.bundle  # type: ignore[no-any-return]


@pytest.fixture
def service(tmp_path: Path, minimal: Path) -> Service:
    return Service(tmp_path / "data", minimal)


async def test_a_commit_is_served_within_five_seconds_and_its_predecessor_survives_a_kill(
    service: Service,
) -> None:
    with service.running() as process:
        async with service.client() as stub:
            first = await service.get(stub)
            watch = stub.WatchManifest(
                config_pb2.WatchManifestRequest(),
                metadata=service.keyring.signer("edge", "config").metadata(),
            )
            assert [(await watch.read()).WhichOneof("change") for _ in range(2)] == ["bundle", "synced"]
            begun = time.monotonic()
            (service.manifests / "profiles" / "r-1.yaml").write_text("k: 9\n")
            async with asyncio.timeout(20):
                second = (await watch.read()).bundle
            assert second.manifest_id != first.manifest_id
            assert time.monotonic() - begun < 5.0
            process.kill()
    with service.running():
        async with service.client() as stub:
            assert (await service.get(stub)).manifest_id == second.manifest_id
            assert (await service.get(stub, first.manifest_id)).manifest_json == first.manifest_json


async def test_a_stop_ends_open_watches_at_once(service: Service) -> None:
    with service.running() as process:
        async with service.client() as stub:
            await service.get(stub)
            watch = stub.WatchManifest(
                config_pb2.WatchManifestRequest(),
                metadata=service.keyring.signer("edge", "config").metadata(),
            )
            assert [(await watch.read()).WhichOneof("change") for _ in range(2)] == ["bundle", "synced"]
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert await watch.code() is not None
            assert process.wait(timeout=20) == 0
            assert time.monotonic() - begun < 8.0  # the grace for running calls is ten seconds


def test_an_invalid_repository_at_the_start_is_explained(service: Service) -> None:
    (service.manifests / "profiles" / "r-1.yaml").write_text("k: 0\nfusion: magic\n")
    done = service.run()
    assert done.returncode == 2
    assert done.stderr.startswith(f"causeway: the manifests in {service.manifests} are not valid:\n")
    assert "\n  profiles/r-1.yaml: fusion: " in done.stderr
    assert "\n  profiles/r-1.yaml: k: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_taken_port_is_explained(service: Service) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", service.port))
        other.listen()
        done = service.run()
    assert done.returncode == 2
    assert f"127.0.0.1:{service.port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_keys_are_explained(service: Service) -> None:
    service.keyring.trust_file.unlink()
    done = service.run()
    assert done.returncode == 2
    assert "trust.json cannot be read" in done.stderr


def test_a_database_that_is_none_is_explained(service: Service, tmp_path: Path) -> None:
    (tmp_path / "data" / "config").mkdir()
    (tmp_path / "data" / "config" / "manifests.sqlite3").write_text("this is no database at all " * 100)
    done = service.run()
    assert done.returncode == 1
    assert "not a SQLite database" in done.stderr
    assert "Traceback" not in done.stderr


async def test_with_postgres_what_was_served_survives_its_service(
    service: Service, postgres_url: str
) -> None:
    service.variables["CAUSEWAY_DATABASE_URL"] = postgres_url
    with service.running() as process:
        async with service.client() as stub:
            first = await service.get(stub)
            process.kill()
            process.wait(timeout=20)
    (service.manifests / "profiles" / "r-1.yaml").write_text("k: 9\n")
    with service.running():
        async with service.client() as stub:
            assert (await service.get(stub)).manifest_id != first.manifest_id
            assert (await service.get(stub, first.manifest_id)).manifest_json == first.manifest_json


async def test_while_postgres_is_away_the_current_manifest_is_served_and_a_new_one_waits(
    service: Service, mortal_postgres: PostgresServer
) -> None:
    with mortal_postgres.database() as url:
        service.variables["CAUSEWAY_DATABASE_URL"] = url
        with service.running() as process:
            async with service.client() as stub:
                first = await service.get(stub)
                mortal_postgres.process.kill()
                (service.manifests / "profiles" / "r-1.yaml").write_text("k: 9\n")
                assert process.stderr is not None
                async with asyncio.timeout(20):
                    while "manifests_not_kept" not in await asyncio.to_thread(process.stderr.readline):
                        pass
                assert await service.get(stub) == first
                with pytest.raises(grpc.aio.AioRpcError) as caught:
                    await service.get(stub, "0" * 64)
                assert decode(caught.value, "config").kind == "dependency_unavailable"
                mortal_postgres.start()
                async with asyncio.timeout(30):
                    while await service.get(stub) == first:
                        await asyncio.sleep(0.1)


def test_a_postgres_that_is_away_at_the_start_is_explained(service: Service) -> None:
    service.variables["CAUSEWAY_DATABASE_URL"] = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/x"
    done = service.run()
    assert done.returncode == 1
    assert "PostgreSQL is not usable" in done.stderr
    assert "Traceback" not in done.stderr
    assert "hunter2" not in done.stderr


def test_the_driver_is_not_loaded_by_who_does_not_use_it() -> None:
    program = "import sys, services.config.__main__; sys.exit('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
