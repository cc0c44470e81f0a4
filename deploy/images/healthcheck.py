"""Asks a service on this host whether it is ready, for engines that have no probes of their own.

Usage: `python healthcheck.py http http://127.0.0.1:8080/readyz`, or
`python healthcheck.py grpc 127.0.0.1:50051 causeway.retrieval.v1.Retrieval`.
The exit code is 0 if it is, 1 if it is not, 2 for a misuse. Kubernetes does not need this: it speaks both.
"""

from __future__ import annotations

import http.client
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

PATIENCE_SECONDS = 3.0


def main(arguments: Sequence[str]) -> int:
    """Asks once and returns the exit code."""
    match arguments:
        case ["http", url]:
            return 0 if http_ready(url) else 1
        case ["grpc", address, service]:
            return 0 if grpc_ready(address, service) else 1
    sys.stderr.write("usage: healthcheck.py http URL | grpc HOST:PORT SERVICE\n")
    return 2


def http_ready(url: str) -> bool:
    """Whether a GET of `http://host:port/path` is answered with 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def grpc_ready(address: str, service: str) -> bool:
    """Whether the health service at `host:port` says that a gRPC service takes calls."""
    with grpc.insecure_channel(address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        request = health_pb2.HealthCheckRequest(service=service)
        try:
            answer = stub.Check(request, timeout=PATIENCE_SECONDS)  # type: ignore[attr-defined]
        except grpc.RpcError:
            return False
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
