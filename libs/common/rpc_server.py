"""Builds and runs every gRPC server the same way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from libs.common.early_refusal import Desk, EarlyRefusal
from libs.common.rpc_calls import CallInterceptor
from libs.common.rpc_policy import MethodPolicy
from libs.common.service_tokens import ServiceTokenVerifier
from libs.common.settings import SettingsError

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
STRANGER_STREAMS = 100
"""Concurrent streams a connection may open on services that strangers call; without a limit one
client's rapid resets starve the others."""
INTERNAL_STREAMS = 1000
GRACE_SECONDS = 10.0
DESK_STREAMS = 32
"""Concurrent streams of a connection where a desk admits its work: the rest of what one client asks at once
waits at the client, unsent."""
PENDING_CALLS = DESK_STREAMS
MOST_PENDING_CALLS = 40
"""Calls that may wait inside gRPC before such a service has seen them: above the one some are ended with
CANCELLED, above the other all. A single connection is never ended so. Each more that may wait makes every
answer of a flooded service 4 ms later; each less makes bursts of several clients fail on an idle one."""


class AddressTaken(SettingsError, OSError):
    """The server cannot listen where it was told to."""


@dataclass(frozen=True, slots=True)
class ServerSpec:
    """One service on one port.

    Attributes:
        full_name: `causeway.<service>.v1.<Service>`.
        address: Where to listen, `host:port`.
        policy: Who may call which method.
        add_servicer: Registers the servicer with the server.
        concurrent_streams: Streams a connection may hold.
        desks: Who admits the calls of a method, by its short name: what it has no room for is refused
            before it is read.
    """

    full_name: str
    address: str
    policy: Mapping[str, MethodPolicy]
    add_servicer: Callable[[grpc.aio.Server], None]
    concurrent_streams: int = STRANGER_STREAMS
    desks: Mapping[str, Desk] = field(default_factory=dict)


class RpcServer:
    """A gRPC server with health, reflection, identity and the error vocabulary."""

    def __init__(self, spec: ServerSpec, verifier: ServiceTokenVerifier) -> None:
        self._spec = spec
        self._health = health.aio.HealthServicer()
        self._server = grpc.aio.server(
            interceptors=[
                EarlyRefusal(verifier, spec.policy, spec.desks),
                CallInterceptor(verifier, spec.policy),
            ],
            options=flooded_options(spec) if spec.desks else server_options(spec.concurrent_streams),
        )
        spec.add_servicer(self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        names = (spec.full_name, health.SERVICE_NAME, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, self._server)

    async def start(self) -> int:
        """Listens; not ready yet. Returns the port.

        Raises:
            AddressTaken: The port is taken, or the address is not one of this machine.
        """
        try:
            port = self._server.add_insecure_port(self._spec.address)
        except RuntimeError:
            port = 0
        if port == 0:
            raise AddressTaken(
                f"{self._spec.address} is taken or no address of this machine;"
                " stop the other process or choose another port."
            )
        await self.set_ready(False)
        await self._server.start()
        return port

    async def set_ready(self, ready: bool) -> None:
        """Tells health checks whether calls may come."""
        serving = health_pb2.HealthCheckResponse.SERVING
        waiting = health_pb2.HealthCheckResponse.NOT_SERVING
        for name in ("", self._spec.full_name):
            await self._health.set(name, serving if ready else waiting)

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Refuses new calls, lets running ones end within the grace, then cancels them."""
        await self._health.enter_graceful_shutdown()
        await self._server.stop(grace)

    async def serve_until(self, stop: asyncio.Event) -> None:
        """Starts, reports ready, and stops gracefully after the event."""
        await self.start()
        await self.set_ready(True)
        await stop.wait()
        await self.stop()


def server_options(concurrent_streams: int) -> Sequence[tuple[str, Any]]:
    """Channel arguments of every server."""
    return (
        ("grpc.max_concurrent_streams", concurrent_streams),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_metadata_size", 32 * 1024),
        # Clients ping every 30 s (rpc_client); the default policy would cut them off after two pings.
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
        ("grpc.keepalive_time_ms", 60_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.so_reuseport", 0),
    )


def flooded_options(spec: ServerSpec) -> Sequence[tuple[str, Any]]:
    """Channel arguments of a server that may be asked more than it can do."""
    return (
        *server_options(min(spec.concurrent_streams, DESK_STREAMS)),
        # Ended calls count as streams until gRPC has forgotten them; clients that keep to the limit were
        # refused with UNAVAILABLE for that. Rapid resets hurt others no more without it (ADR 37).
        ("grpc.http.overload_protection", 0),
        ("grpc.server.max_pending_requests", PENDING_CALLS),
        ("grpc.server.max_pending_requests_hard_limit", MOST_PENDING_CALLS),
    )
