"""The sources that config says a tenant has."""

from __future__ import annotations

import grpc
import orjson

from cli.output import CommandFailed
from cli.settings import Settings
from cli.tokens import signing_key
from libs.common.clock import Clock
from libs.common.manifest import Tenant
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.rpc_client import CallSigner, open_channel
from libs.common.rpc_errors import decode
from libs.common.service_tokens import ServiceTokenSource
from libs.common.source import Source


def config_signer(settings: Settings, clock: Clock) -> CallSigner:
    """Signs calls to config that are about no tenant in particular."""
    return CallSigner(ServiceTokenSource(signing_key(settings), "cli", "config", frozenset(), clock))


async def declared_sources(settings: Settings, tenant: str, clock: Clock) -> tuple[Source, ...]:
    """Asks config for a tenant's sources.

    Raises:
        CommandFailed: There is no such tenant, or config does not answer.
    """
    async with open_channel(settings.config) as channel:
        stub = config_pb2_grpc.ConfigStub(channel)  # type: ignore[no-untyped-call]
        try:
            response = await stub.GetManifest(
                config_pb2.GetManifestRequest(tenant_id=tenant),
                metadata=config_signer(settings, clock).metadata(),
                timeout=10,
            )
        except grpc.aio.AioRpcError as error:
            raise decode(error, "config") from None
    return Tenant.model_validate(orjson.loads(response.bundle.tenant_json)).sources


def chosen(sources: tuple[Source, ...], ids: list[str]) -> tuple[Source, ...]:
    """The sources of these ids; all if none is named.

    Raises:
        CommandFailed: One is not declared.
    """
    declared = {source.id: source for source in sources}
    unknown = [name for name in ids if name not in declared]
    if unknown:
        there = ", ".join(sorted(declared)) or "none"
        raise CommandFailed(f"{unknown[0]} is not declared in the tenant's manifest file; there is {there}.")
    return tuple(declared[name] for name in ids) if ids else sources
