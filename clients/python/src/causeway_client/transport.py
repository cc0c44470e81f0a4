"""How a connection is made: transport security, retries, limits."""

from __future__ import annotations

import ipaddress
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import grpc

from causeway_client.method import SERVICE

Priority = Literal["interactive", "background"]

MAX_MESSAGE_BYTES = 32 * 1024 * 1024

RETRY_POLICY: dict[str, Any] = {
    "maxAttempts": 2,
    "initialBackoff": "0.02s",
    "maxBackoff": "0.1s",
    "backoffMultiplier": 2,
    # CANCELLED: the server's gRPC had no room, and the service has not seen the call.
    "retryableStatusCodes": ["UNAVAILABLE", "CANCELLED"],
}


@dataclass(frozen=True, slots=True)
class Tls:
    """Transport security.

    Attributes:
        ca: Certificates to trust in PEM form, or their file; None for those that gRPC brings.
        certificate: The client's own certificate chain, for mutual TLS.
        private_key: Its key.
        server_name: The name in the server's certificate, where it differs from the address.
    """

    ca: bytes | Path | None = None
    certificate: bytes | Path | None = None
    private_key: bytes | Path | None = None
    server_name: str = ""

    def __post_init__(self) -> None:
        if (self.certificate is None) != (self.private_key is None):
            raise ValueError("Mutual TLS needs both a certificate and its private key.")

    def credentials(self) -> grpc.ChannelCredentials:
        """Reads the files, and makes what a channel takes."""
        return grpc.ssl_channel_credentials(_pem(self.ca), _pem(self.private_key), _pem(self.certificate))


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for all calls of a client.

    Attributes:
        timeout: Seconds that a call may take, its retry included, where the call names no others.
        tls: Transport security. None is right for this machine only; `"off"` sends tokens and texts in the
            clear, for networks that encrypt by themselves, as a service mesh does.
        connections: Connections at most; a further one is opened when the others are full of calls.
        priority: `background` for what nobody waits for; it gives way under load.
        throttle: Refuse calls before they are sent, as `Overloaded`, while retrieval refuses most of them.
    """

    timeout: float = 2.0
    tls: Tls | Literal["off"] | None = None
    connections: int = 4
    priority: Priority = "interactive"
    throttle: bool = True

    def __post_init__(self) -> None:
        if self.timeout <= 0:
            raise ValueError("The timeout must be more than 0 seconds.")
        if self.connections < 1:
            raise ValueError("There must be at least 1 connection.")


def service_config() -> str:
    """The gRPC service config: spread over all addresses, and at most one retry.

    An error that retrieval itself raises carries a push-back of -1 and is never retried. The budget is at its
    maximum: with gRPC's usual one, a burst that loses a server uses it up and fails after all.
    """
    config = {
        "loadBalancingConfig": [{"round_robin": {}}],
        "methodConfig": [{"name": [{"service": SERVICE}], "retryPolicy": RETRY_POLICY}],
        "retryThrottling": {"maxTokens": 1000, "tokenRatio": 0.1},
    }
    return json.dumps(config)


def channel_options(options: Options) -> tuple[tuple[str, Any], ...]:
    """Channel arguments."""
    name = options.tls.server_name if isinstance(options.tls, Tls) else ""
    return (
        ("grpc.primary_user_agent", "causeway-client-python"),
        ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
        ("grpc.keepalive_time_ms", 30_000),
        ("grpc.keepalive_timeout_ms", 10_000),
        ("grpc.http2.max_pings_without_data", 0),
        ("grpc.initial_reconnect_backoff_ms", 100),
        # In spite of its name, the patience for one attempt to connect: it must outlast an ocean.
        ("grpc.min_reconnect_backoff_ms", 5_000),
        ("grpc.max_reconnect_backoff_ms", 2_000),
        ("grpc.enable_retries", 1),
        ("grpc.service_config", service_config()),
        # A connection of its own for each channel of the pool, not one shared behind the scenes.
        ("grpc.use_local_subchannel_pool", 1),
        *((("grpc.ssl_target_name_override", name),) if name else ()),
    )


def credentials(target: str, options: Options) -> grpc.ChannelCredentials | None:
    """The credentials of a target's channels; None for plain text.

    Raises:
        ValueError: The target is an address of the web, or another machine's and nobody allowed plain text.
    """
    if target.startswith(("http://", "https://", "grpc://", "grpcs://")):
        bare = target.partition("://")[2].rstrip("/")
        raise ValueError(f"{target} is an address of the web; a target has no scheme, e.g. {bare}.")
    if isinstance(options.tls, Tls):
        return options.tls.credentials()
    if options.tls is None and not is_local(target):
        raise ValueError(
            f"{target} is not on this machine, and a token must not cross a network in the clear: give "
            'Options(tls=Tls()), or tls="off" where the network itself encrypts.'
        )
    return None


def is_local(target: str) -> bool:
    """Whether every address of a gRPC target is certainly on this machine."""
    scheme, _, rest = target.rpartition(":///") if ":///" in target else target.partition(":")
    if scheme in {"unix", "unix-abstract"}:
        return True
    addresses = rest if scheme in {"dns", "ipv4", "ipv6"} else target
    return all(_loopback(address) for address in addresses.split(","))


def _loopback(address: str) -> bool:
    host = address.rpartition(":")[0].strip("[]") or address
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _pem(given: bytes | Path | None) -> bytes | None:
    return given.read_bytes() if isinstance(given, Path) else given
