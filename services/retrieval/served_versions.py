"""The index versions that are being served, and which of them is a tenant's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from libs.common.errors import DependencyUnavailable, NotFound
from libs.common.logs import logger
from libs.common.manifest_watch import Bundle
from services.retrieval.index import Description
from services.retrieval.served_index import POLL_SECONDS, Serving

log = logger(__name__)


class Bundles(Protocol):
    """Where the tenants' current manifests come from."""

    def bundle(self, tenant_id: str) -> Bundle:
        """Returns a tenant's current manifest; raises NotFound or DependencyUnavailable."""
        ...

    def bundles(self) -> tuple[Bundle, ...]:
        """Returns every tenant's current manifest."""
        ...


class ServedVersion(Protocol):
    """One index version, as far as this process serves it."""

    @property
    def build(self) -> Description | None:
        """What is being served; None before there is anything."""
        ...

    def lease(self) -> AbstractContextManager[Serving | None]:
        """Keeps what is being served open for a query; None before there is anything.

        Raises:
            DependencyUnavailable: There is something, but it cannot be used.
        """
        ...

    async def refresh(self) -> None:
        """Looks once whether there is something newer."""
        ...

    async def close(self) -> None:
        """Gives everything back; running queries first come to their end."""
        ...


class ServedVersions:
    """Serves each tenant the index version that its manifest names, from the moment that it is built.

    Until then, the tenant goes on with the version that it had, or with the default one.

    Args:
        open_version: Opens an index version by its name; nothing is loaded yet.
        default: The version of tenants whose manifest is not known.
        bundles: The tenants' manifests.
    """

    def __init__(self, open_version: Callable[[str], ServedVersion], default: str, bundles: Bundles) -> None:
        self._open = open_version
        self._default = default
        self._bundles = bundles
        self._versions: dict[str, ServedVersion] = {default: open_version(default)}
        self._last: dict[str, str] = {}

    def wanted(self, tenant: str) -> str:
        """Returns the index version that a tenant's manifest names."""
        try:
            return self._bundles.bundle(tenant).manifest.index_version
        except (NotFound, DependencyUnavailable):
            return self._default

    def build(self, tenant: str) -> Description | None:
        """Returns what a tenant is being served; None before there is anything."""
        return self._version_of(tenant).build

    @contextmanager
    def lease(self, tenant: str) -> Iterator[Serving | None]:
        """Keeps what a tenant is being served open for a query; None before there is anything.

        Raises:
            DependencyUnavailable: There is something, but it cannot be used.
        """
        with self._version_of(tenant).lease() as serving:
            yield serving

    async def run(self) -> None:
        """Follows the manifests and the versions for ever."""
        while True:
            await self.refresh()
            await asyncio.sleep(POLL_SECONDS)

    async def refresh(self) -> None:
        """Opens versions that have become wanted, looks at each, and closes those that no tenant needs."""
        manifests = [bundle.manifest for bundle in self._bundles.bundles()]
        wanted = {self._default, *(manifest.index_version for manifest in manifests)}
        for name in sorted(wanted - self._versions.keys()):
            log.info("index_version_opened", index_version=name)
            self._versions[name] = self._open(name)
        for version in list(self._versions.values()):
            await version.refresh()
        self._last = {manifest.tenant_id: self._name_for(manifest.tenant_id) for manifest in manifests}
        for name in self._versions.keys() - wanted - set(self._last.values()):
            log.info("index_version_closed", index_version=name)
            await self._versions.pop(name).close()

    async def close(self) -> None:
        """Closes every version; running queries first come to their end."""
        for version in self._versions.values():
            await version.close()

    def _version_of(self, tenant: str) -> ServedVersion:
        return self._versions[self._name_for(tenant)]

    def _name_for(self, tenant: str) -> str:
        """The wanted version if there is anything of it, else the one before, else the default one."""
        wanted = self.wanted(tenant)
        for name in (wanted, self._last.get(tenant, "")):
            version = self._versions.get(name)
            if version is not None and version.build is not None:
                return name
        nothing_else = self._versions[self._default].build is None and wanted in self._versions
        return wanted if nothing_else else self._default
