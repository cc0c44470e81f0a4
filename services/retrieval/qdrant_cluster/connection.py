"""Connections to a Qdrant cluster, and what its errors mean here."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import grpc
from qdrant_client import AsyncQdrantClient, QdrantClient
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException

from services.retrieval.index import IndexFailure

LEAST_VERSION = (1, 19)
"""An older server passes over, in silence, whose passages rareness is counted among."""

_GRPC_PORT = 6334
_SERVING_CHANNELS = 3

# A node that goes away is found again within seconds, and a call that met its end is sent once more:
# every call of ours may be repeated.
_SERVICE_CONFIG = {
    "loadBalancingConfig": [{"round_robin": {}}],
    "methodConfig": [
        {
            "name": [{"service": "qdrant.Points"}, {"service": "qdrant.Collections"}],
            "retryPolicy": {
                "maxAttempts": 2,
                "initialBackoff": "0.02s",
                "maxBackoff": "0.2s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        }
    ],
}
_OPTIONS: dict[str, Any] = {
    "grpc.service_config": json.dumps(_SERVICE_CONFIG),
    "grpc.initial_reconnect_backoff_ms": 100,
    "grpc.min_reconnect_backoff_ms": 100,
    "grpc.max_reconnect_backoff_ms": 2000,
    "grpc.keepalive_time_ms": 30_000,
    "grpc.keepalive_timeout_ms": 5_000,
}
_MEANINGS = {
    "UNAUTHENTICATED": "it refuses the API key",
    "PERMISSION_DENIED": "the API key may not do this",
    "UNAVAILABLE": "it cannot be reached",
    "DEADLINE_EXCEEDED": "it did not answer in time",
}


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """Where a cluster is, and how it is spoken to.

    Attributes:
        url: `http://host:6334`, or `https://…` for TLS; the port is the gRPC one.
        api_key: Sent with every call; empty sends none.
        ca_file: Certificates (PEM) that the server's has to descend from; None takes the system's.
        timeout: Seconds that a call may take.
    """

    url: str
    api_key: str = field(default="", repr=False)
    ca_file: Path | None = None
    timeout: float = 3.0


def open_serving_client(address: ClusterAddress) -> AsyncQdrantClient:
    """Opens a client for an event loop; it connects with the first call.

    Raises:
        IndexFailure: The address or the certificates cannot be used.
    """
    return AsyncQdrantClient(**_arguments(address), pool_size=_SERVING_CHANNELS)


def open_writing_client(address: ClusterAddress) -> QdrantClient:
    """Opens a client for a thread, with ten times the patience: large batches take longer than queries.

    Raises:
        IndexFailure: The address or the certificates cannot be used.
    """
    arguments = _arguments(address)
    return QdrantClient(**arguments | {"timeout": arguments["timeout"] * 10}, pool_size=1)


@contextmanager
def cluster_errors(*, quoted: bool = False) -> Iterator[None]:
    """Turns what the client raises into IndexFailure.

    Args:
        quoted: Repeat the server's own words, where they cannot hold anything that a visitor asked.
    """
    try:
        yield
    except IndexFailure:
        raise
    except (grpc.RpcError, QdrantException, ApiException, OSError, ValueError, RuntimeError) as error:
        raise IndexFailure(f"Qdrant failed: {_meaning(error, quoted=quoted)}.") from error


def require_version(version: str) -> None:
    """Refuses a server that is too old.

    Args:
        version: What it says of itself, e.g. `1.19.2`.

    Raises:
        IndexFailure: It is older than LEAST_VERSION, or says nothing that can be read.
    """
    found = re.match(r"(\d+)\.(\d+)", version)
    if found is None or (int(found[1]), int(found[2])) < LEAST_VERSION:
        least = ".".join(map(str, LEAST_VERSION))
        raise IndexFailure(f"The Qdrant server is of version {version[:40]}; {least} or newer is needed.")


def _meaning(error: Exception, *, quoted: bool) -> str:
    if isinstance(error, grpc.RpcError) and callable(getattr(error, "code", None)):
        code = error.code().name
        known = _MEANINGS.get(code)
        detail = str(error.details() or "").splitlines()
        return known or (f"{code}: {detail[0][:200]}" if quoted and detail else code)
    if isinstance(error, TimeoutError):
        return _MEANINGS["DEADLINE_EXCEEDED"]
    return f"{type(error).__name__}: {str(error)[:200]}" if quoted else type(error).__name__


def _arguments(address: ClusterAddress) -> dict[str, Any]:
    try:
        parts = urlsplit(address.url)
        host, port = parts.hostname, parts.port or _GRPC_PORT
    except ValueError as error:
        raise IndexFailure(f"CAUSEWAY_QDRANT_URL is no address ({error}).") from error
    if parts.scheme not in ("http", "https") or not host:
        raise IndexFailure("CAUSEWAY_QDRANT_URL is no address; write https://host:6334.")
    options = dict(_OPTIONS)
    if address.ca_file is not None:
        try:
            options["root_certificates"] = address.ca_file.read_bytes()
        except OSError as error:
            raise IndexFailure(f"CAUSEWAY_QDRANT_CA_FILE cannot be read ({error.strerror}).") from error
    return {
        "host": f"[{host}]" if ":" in host else host,
        "grpc_port": port,
        "prefer_grpc": True,
        "https": parts.scheme == "https",
        "headers": {"api-key": address.api_key} if address.api_key else None,
        "grpc_options": options,
        "timeout": max(1, math.ceil(address.timeout)),
        "check_compatibility": False,
    }
