"""The sources that config says a tenant has."""

from __future__ import annotations

import orjson

from cli.config_client import served_bundle
from cli.output import CommandFailed
from cli.settings import Settings
from libs.common.manifest import Tenant
from libs.common.source import Source


async def declared_sources(settings: Settings, tenant: str) -> tuple[Source, ...]:
    """Asks config for a tenant's sources.

    Raises:
        CausewayError: There is no such tenant, or config does not answer.
    """
    bundle = await served_bundle(settings, tenant)
    return Tenant.model_validate(orjson.loads(bundle.tenant_json)).sources


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
