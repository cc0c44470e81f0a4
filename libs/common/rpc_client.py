"""Builds every gRPC channel the same way, and signs what is sent over it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import grpc

from libs.common.caller import Caller
from libs.common.caller_metadata import to_metadata
from libs.common.rpc_server import MAX_MESSAGE_BYTES
from libs.common.service_tokens import ServiceTokenSource
from libs.common.tracing import trace_metadata

STREAMS_PER_CHANNEL = 90
"""Streams put on one connection before the next is used; a server's default limit is 100, and
calls beyond it hang silently."""


@dataclass(frozen=True, slots=True)
class Retried:
    """The methods of a service that are called again when the connection, not the service, fails.

    Attributes:
        service: `causeway.<service>.v1.<Service>`.
        methods: Their short names; each must be safe to call twice.
    """

    service: str
    methods: tuple[str, ...]


def service_config(retried: Retried | None) -> str:
    """The gRPC service config of a channel: spread over all addresses, and at most one retry.

    An error that the application raises carries a push-back of -1 and is never retried. The budget is
    at its maximum: with gRPC's usual one, a burst that loses a server uses it up and fails after all.
    """
    config: dict[str, Any] = {"loadBalancingConfig": [{"round_robin": {}}]}
    if retried is not None:
        names = [{"service": retried.service, "method": method} for method in retried.methods]
        policy = {
            "maxAttempts": 2,
            "initialBackoff": "0.02s",
            "maxBackoff": "0.1s",
            "backoffMultiplier": 2,
            # CANCELLED: the server's gRPC had no room, and the service has not seen the call.
            "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
        }
        config["methodConfig"] = [{"name": names, "retryPolicy": policy}]
        config["retryThrottling"] = {"maxTokens": 1000, "tokenRatio": 0.1}
    return json.dumps(config)


def client_options(retried: Retried | None = None) -> Sequence[tuple[str, Any]]:
    """Channel arguments of every client."""
    return (
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.initial_reconnect_backoff_ms", 100),
        # In spite of its name, the patience for one attempt to connect: it must outlast an ocean.
        ("grpc.min_reconnect_backoff_ms", 5_000),
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.enable_retries", 1 if retried else 0),
        ("grpc.service_config", service_config(retried)),
        # A channel of its own connection, not one shared behind the scenes.
        ("grpc.use_local_subchannel_pool", 1),
    )


def open_channel(address: str, retried: Retried | None = None) -> grpc.aio.Channel:
    """Opens a channel; the connection is made with the first call.

    Args:
        address: `host:port`, or any gRPC target such as `dns:///name:port` or `ipv4:host:port,host:port`.
        retried: What may be called again.
    """
    return grpc.aio.insecure_channel(address, options=client_options(retried))


class CallSigner:
    """Makes the metadata of calls to one target."""

    def __init__(self, source: ServiceTokenSource) -> None:
        self._source = source

    def metadata(self, caller: Caller | None = None) -> tuple[tuple[str, str], ...]:
        """Metadata with this service's token, the current trace, and the visitor it acts for."""
        token = (("authorization", f"Bearer {self._source.token()}"), *trace_metadata())
        return token if caller is None else token + to_metadata(caller)


class ChannelPool:
    """Spreads long-lived streams over as many connections as they need."""

    def __init__(
        self,
        address: str,
        streams_per_channel: int = STREAMS_PER_CHANNEL,
        retried: Retried | None = None,
    ) -> None:
        self._address = address
        self._retried = retried
        self._limit = streams_per_channel
        self._channels: list[grpc.aio.Channel] = []
        self._streams: list[int] = []

    def acquire(self) -> tuple[int, grpc.aio.Channel]:
        """Returns a channel with room for a stream, and the ticket to give back."""
        for ticket, held in enumerate(self._streams):
            if held < self._limit:
                self._streams[ticket] += 1
                return ticket, self._channels[ticket]
        self._channels.append(open_channel(self._address, self._retried))
        self._streams.append(1)
        return len(self._channels) - 1, self._channels[-1]

    def release(self, ticket: int) -> None:
        """Gives the room of a finished stream back."""
        self._streams[ticket] -= 1

    async def close(self) -> None:
        """Closes every connection."""
        for channel in self._channels:
            await channel.close()
