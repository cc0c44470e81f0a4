"""Holds the current manifests, tells watchers of changes, and finds every manifest that was ever served."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol

from libs.common.errors import NotFound
from services.config.resolve import ManifestBundle


class ManifestArchive(Protocol):
    """Keeps what was served, durably. Its methods block; they are called from threads."""

    def keep(self, bundles: Iterable[ManifestBundle]) -> None:
        """Makes manifests durable; those that are kept already stay as they are.

        Raises:
            DependencyUnavailable: They could not be written.
        """
        ...

    def find(self, tenant_id: str, manifest_id: str) -> ManifestBundle | None:
        """Returns a tenant's manifest as it was first served, without the tenant's settings."""
        ...


class Subscription:
    """One watcher's view of the changes.

    A slow watcher costs one mark per changed tenant, whatever the number of changes: it gets the
    latest state, and skips the states in between.
    """

    def __init__(self) -> None:
        self._changed: dict[str, None] = {}
        self._closed = False
        self._event = asyncio.Event()

    def mark(self, tenant_ids: Iterable[str]) -> None:
        """Notes that tenants have changed."""
        self._changed.update(dict.fromkeys(tenant_ids))
        self._event.set()

    def close(self) -> None:
        """Ends the subscription once what is marked has been taken."""
        self._closed = True
        self._event.set()

    async def next(self) -> list[str]:
        """Waits for changes and returns the tenants, oldest change first; none means the end."""
        while not self._changed and not self._closed:
            self._event.clear()
            await self._event.wait()
        changed = list(self._changed)
        self._changed.clear()
        return changed


class ManifestStore:
    """The manifests that are served.

    Args:
        archive: Keeps every manifest before it is served.
    """

    def __init__(self, archive: ManifestArchive) -> None:
        self._archive = archive
        self._current: dict[str, ManifestBundle] = {}
        self._subscriptions: set[Subscription] = set()
        self._revisions: dict[str, dict[str, int]] = {}
        self._closed = False

    @property
    def current(self) -> Mapping[str, ManifestBundle]:
        """The current bundles by tenant."""
        return MappingProxyType(self._current)

    async def adopt(self, bundles: Mapping[str, ManifestBundle]) -> list[str]:
        """Makes these bundles the current ones, all at once, and returns the tenants that changed.

        Raises:
            DependencyUnavailable: They could not be kept; the old ones stay.
        """
        before = self._current
        changed = [t for t in {**before, **bundles} if before.get(t) != bundles.get(t)]
        await asyncio.to_thread(self._archive.keep, [bundles[t] for t in changed if t in bundles])
        self._current = dict(bundles)
        if changed:
            for subscription in self._subscriptions:
                subscription.mark(changed)
        return changed

    def note_revisions(self, reported: Mapping[tuple[str, str], int]) -> None:
        """Takes note of the content revisions that are served, and tells watchers of those that rose.

        Several processes report; each of them reports again and again, so nothing is kept on disk.

        Args:
            reported: The content revision for each tenant and index version.
        """
        risen: dict[str, None] = {}
        for (tenant_id, version), revision in reported.items():
            known = self._revisions.setdefault(tenant_id, {}) if tenant_id in self._current else None
            if known is not None and revision > known.get(version, 0):
                known[version] = revision
                risen[tenant_id] = None
        if risen:
            for subscription in self._subscriptions:
                subscription.mark(risen)

    def revision_of(self, bundle: ManifestBundle) -> int:
        """Returns the content revision of a manifest's index version; 0 while nobody has reported it."""
        known = self._revisions.get(bundle.tenant_id)
        return known.get(bundle.index_version, 0) if known else 0

    async def served(self, tenant_id: str, manifest_id: str) -> ManifestBundle:
        """Returns a manifest that is or was served, with the tenant's present settings.

        Raises:
            NotFound: It never was, or it is another tenant's.
        """
        current = self._current.get(tenant_id)
        if current is not None and current.manifest_id == manifest_id:
            return current
        found = await asyncio.to_thread(self._archive.find, tenant_id, manifest_id)
        if found is None:
            raise NotFound("There is no such manifest.")
        return found

    def subscribe(self) -> Subscription:
        """Opens a subscription; `unsubscribe` it at the end."""
        subscription = Subscription()
        if self._closed:
            subscription.close()
        self._subscriptions.add(subscription)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Forgets a subscription."""
        self._subscriptions.discard(subscription)

    def close(self) -> None:
        """Ends every subscription, present and to come."""
        self._closed = True
        for subscription in self._subscriptions:
            subscription.close()
