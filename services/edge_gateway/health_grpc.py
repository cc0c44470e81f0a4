"""Asks a service's gRPC health service."""

from __future__ import annotations

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

_PATIENCE_SECONDS = 0.8


class GrpcHealthProbe:
    """The `HealthProbe` port over gRPC (the standard grpc.health.v1 protocol).

    Args:
        channel: A channel to the service.
        full_name: `causeway.<service>.v1.<Service>`.
    """

    def __init__(self, channel: grpc.aio.Channel, full_name: str) -> None:
        self._stub = health_pb2_grpc.HealthStub(channel)
        self._request = health_pb2.HealthCheckRequest(service=full_name)

    async def serving(self) -> bool:
        """Whether the service takes calls."""
        try:
            response = await self._stub.Check(  # type: ignore[attr-defined]
                self._request, timeout=_PATIENCE_SECONDS
            )
        except grpc.aio.AioRpcError:
            return False
        return bool(response.status == health_pb2.HealthCheckResponse.SERVING)
