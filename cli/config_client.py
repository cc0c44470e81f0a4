"""What the command asks of config."""

from __future__ import annotations

import grpc

from cli.settings import Settings
from cli.tokens import signing_key
from libs.common.clock import Clock, SystemClock
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.rpc_client import CallSigner, open_channel
from libs.common.rpc_errors import decode
from libs.common.service_tokens import ServiceTokenSource

_SECONDS = 10.0


def config_signer(settings: Settings, clock: Clock) -> CallSigner:
    """Signs calls to config that are about no tenant in particular."""
    return CallSigner(ServiceTokenSource(signing_key(settings), "cli", "config", frozenset(), clock))


async def served_bundle(settings: Settings, tenant: str) -> config_pb2.ManifestBundle:
    """Returns what config serves to a tenant now: its manifest, and its file.

    Raises:
        CausewayError: There is no such tenant, or config does not answer.
    """
    metadata = config_signer(settings, SystemClock()).metadata()
    async with open_channel(settings.config) as channel:
        stub = config_pb2_grpc.ConfigStub(channel)  # type: ignore[no-untyped-call]
        request = config_pb2.GetManifestRequest(tenant_id=tenant)
        try:
            response = await stub.GetManifest(request, metadata=metadata, timeout=_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise decode(error, "config") from None
    bundle: config_pb2.ManifestBundle = response.bundle
    return bundle
