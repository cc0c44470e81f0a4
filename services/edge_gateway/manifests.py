"""Where the edge gets the current manifests from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from libs.common.manifest_watch import Bundle


class Manifests(Protocol):
    """The current manifests; `libs.common.manifest_watch.ManifestWatch` is the real one."""

    @property
    def ready(self) -> bool:
        """Whether manifests are at hand."""
        ...

    def staleness(self) -> float:
        """Seconds since the config service was last heard; 0 while it is."""
        ...

    def bundle(self, tenant_id: str) -> Bundle:
        """Returns a tenant's current manifest and settings.

        Raises:
            NotFound: There is no such tenant.
            DependencyUnavailable: No manifest was ever received.
        """
        ...

    def bundles(self) -> Sequence[Bundle]:
        """Returns every tenant's."""
        ...
