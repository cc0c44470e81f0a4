"""Index versions for tests: one for everybody, or those that made-up manifests name."""

from __future__ import annotations

from libs.common.errors import NotFound
from libs.common.manifest import Tenant
from libs.common.manifest_watch import Bundle
from services.retrieval.served_versions import ServedVersion, ServedVersions
from tests.fakes.fake_config import manifest


class NoBundles:
    """A config service that knows no tenant."""

    ready = True

    def bundle(self, tenant_id: str) -> Bundle:
        raise NotFound

    def bundles(self) -> tuple[Bundle, ...]:
        return ()


class SomeBundles:
    """Manifests that name an index version each."""

    ready = True

    def __init__(self, **versions: str) -> None:
        self.versions = versions

    def bundle(self, tenant_id: str) -> Bundle:
        if tenant_id not in self.versions:
            raise NotFound
        made = manifest(tenant_id).model_copy(update={"index_version": self.versions[tenant_id]})
        return Bundle(made.manifest_id, made, Tenant(tenant_id=tenant_id, name=tenant_id), "dev", "1")

    def bundles(self) -> tuple[Bundle, ...]:
        return tuple(self.bundle(tenant_id) for tenant_id in self.versions)


def only(served: ServedVersion) -> ServedVersions:
    """Serves one version to everybody."""
    return ServedVersions(lambda name: served, "main", NoBundles())
