"""The health check of the images says what the services say."""

from __future__ import annotations

import http.server
import importlib.util
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from tests.deploy.conftest import ROOT
from tests.e2e.stack import free_ports

SERVICE = "causeway.config.v1.Config"


@pytest.fixture(scope="module")
def check() -> ModuleType:
    spec = importlib.util.spec_from_file_location("healthcheck", ROOT / "deploy/images/healthcheck.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def grpc_server() -> Iterator[tuple[str, health.HealthServicer]]:
    server = grpc.server(ThreadPoolExecutor(1))
    servicer = health.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}", servicer
    server.stop(None).wait(5)


@pytest.fixture
def http_server() -> Iterator[str]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/readyz" else 503)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by its base
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join(5)
    server.server_close()


def test_a_grpc_service_is_healthy_while_it_says_so(
    check: ModuleType, grpc_server: tuple[str, health.HealthServicer]
) -> None:
    address, servicer = grpc_server

    assert check.main(["grpc", address, SERVICE]) == 1
    servicer.set(SERVICE, health_pb2.HealthCheckResponse.SERVING)
    assert check.main(["grpc", address, SERVICE]) == 0
    servicer.set(SERVICE, health_pb2.HealthCheckResponse.NOT_SERVING)
    assert check.main(["grpc", address, SERVICE]) == 1


def test_an_http_route_is_healthy_with_a_200(check: ModuleType, http_server: str) -> None:
    assert check.main(["http", f"{http_server}/readyz"]) == 0
    assert check.main(["http", f"{http_server}/other"]) == 1


def test_what_does_not_listen_is_not_healthy(check: ModuleType) -> None:
    port = free_ports(1)[0]

    assert check.main(["grpc", f"127.0.0.1:{port}", SERVICE]) == 1
    assert check.main(["http", f"http://127.0.0.1:{port}/readyz"]) == 1


def test_a_misuse_is_told(check: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["grpc"]) == 2
    assert "usage" in capsys.readouterr().err
