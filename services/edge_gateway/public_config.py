"""What of a tenant's manifest the browser may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from libs.common.manifest import canonical_json
from libs.common.manifest_watch import Bundle
from services.edge_gateway.etag import strong_etag
from services.edge_gateway.manifests import Manifests

_OPENING = 3
"""Curated questions that a visitor is shown to begin with, where the tenant names none."""


@dataclass(frozen=True, slots=True)
class PublicConfig:
    """The public subset, written once.

    Attributes:
        body: JSON.
        etag: Its strong entity tag.
        suggestions: Questions to begin with.
    """

    body: bytes
    etag: str
    suggestions: tuple[str, ...]


class PublicConfigs:
    """Keeps the written subset of each tenant until its manifest or settings change."""

    def __init__(self, manifests: Manifests) -> None:
        self._manifests = manifests
        self._written: dict[str, tuple[Bundle, PublicConfig]] = {}

    def of(self, tenant_id: str) -> PublicConfig:
        """Returns a tenant's.

        Raises:
            NotFound: There is no such tenant.
            DependencyUnavailable: No manifest was ever received.
        """
        bundle = self._manifests.bundle(tenant_id)
        written = self._written.get(tenant_id)
        if written is None or written[0] is not bundle:
            written = (bundle, _write(bundle))
            self._written[tenant_id] = written
        return written[1]


def _write(bundle: Bundle) -> PublicConfig:
    body = canonical_json(_subset(bundle))
    return PublicConfig(body, strong_etag(body), bundle.tenant.appearance.suggestions or _curated(bundle))


def _curated(bundle: Bundle) -> tuple[str, ...]:
    """Questions that an editor answered for everybody and for good; others may be gone when asked."""
    lasting = [a for a in bundle.manifest.curated if not a.access and a.expires_at is None]
    return tuple(answer.questions[0] for answer in lasting[:_OPENING])


def _subset(bundle: Bundle) -> dict[str, Any]:
    manifest, appearance = bundle.manifest, bundle.tenant.appearance
    links = {name: getattr(appearance, name) for name in ("handoff", "cta")}
    return {
        "tenant_id": manifest.tenant_id,
        "environment": bundle.environment,
        "manifest_id": bundle.manifest_id,
        "model_version": manifest.model_version,
        "prompt_version": manifest.prompt_version,
        "policy_version": manifest.policy_version,
        "retrieval_profile": manifest.retrieval_profile,
        "flags": manifest.flags,
        "title": appearance.title,
        "greeting": appearance.greeting,
        "disclaimer": appearance.disclaimer,
        "banner": appearance.banner,
        "theme": appearance.theme,
        "suggestions": appearance.suggestions,
        **{name: {"label": link.label, "url": link.url} for name, link in links.items() if link},
    }
