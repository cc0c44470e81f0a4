"""An archive of manifests in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from libs.common.errors import DependencyUnavailable
from services.config.resolve import ManifestBundle


class FakeManifestArchive:
    """Keeps in memory, or, while it is full, not at all."""

    def __init__(self) -> None:
        self.kept: dict[str, ManifestBundle] = {}
        self.full = False

    def keep(self, bundles: Iterable[ManifestBundle]) -> None:
        if self.full:
            raise DependencyUnavailable("The disk is full.")
        for bundle in bundles:
            self.kept.setdefault(bundle.manifest_id, replace(bundle, tenant_json=b""))

    def find(self, tenant_id: str, manifest_id: str) -> ManifestBundle | None:
        found = self.kept.get(manifest_id)
        return found if found and found.tenant_id == tenant_id else None
