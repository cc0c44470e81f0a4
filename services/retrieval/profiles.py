"""Finds the retrieval profile that a search asks for."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from libs.common.errors import DependencyUnavailable, InvalidRequest, NotFound
from libs.common.manifest import Profile
from libs.common.manifest_watch import Bundle

DEFAULT_ID = "default"
"""Names the profile that is built in, for tenants without a manifest."""

_REMEMBERED = 1024


class Bundles(Protocol):
    """Where the tenants' current manifests come from."""

    @property
    def ready(self) -> bool:
        """Whether manifests have ever arrived."""
        ...

    def bundle(self, tenant_id: str) -> Bundle:
        """Returns a tenant's current manifest; raises NotFound or DependencyUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class ChosenProfile:
    """The profile of one search.

    Attributes:
        id: Its name.
        profile: How to search.
        assumed: It stands in for the one asked for, which cannot be known while config is away.
    """

    id: str
    profile: Profile
    assumed: bool = False


class Profiles:
    """Chooses among what the manifests hold.

    A profile that was in use stays known after its manifest has been replaced, so that answers which
    began under the previous manifest can be finished. Ids never change their meaning, see the
    manifests' rules.

    Args:
        bundles: The current manifests.
    """

    def __init__(self, bundles: Bundles) -> None:
        self._bundles = bundles
        self._used: OrderedDict[tuple[str, str], Profile] = OrderedDict()

    def choose(self, tenant: str, wanted: str) -> ChosenProfile:
        """Returns the profile of an id, or the tenant's current one.

        Args:
            tenant: Whose profile.
            wanted: Its id; empty for the tenant's current one.

        Raises:
            InvalidRequest: The tenant's manifests name no such profile; field `profile`.
        """
        current = self._current(tenant)
        if current is not None and wanted in ("", current.id):
            return current
        if wanted in ("", DEFAULT_ID):
            return ChosenProfile(DEFAULT_ID, Profile())
        used = self._used.get((tenant, wanted))
        if used is not None:
            return ChosenProfile(wanted, used)
        if not self._bundles.ready:
            return ChosenProfile(DEFAULT_ID, Profile(), assumed=True)
        raise InvalidRequest(
            "There is no such retrieval profile; leave it empty for the current one.", field="profile"
        )

    def _current(self, tenant: str) -> ChosenProfile | None:
        try:
            manifest = self._bundles.bundle(tenant).manifest
        except (NotFound, DependencyUnavailable):
            return None
        key = (tenant, manifest.retrieval_profile)
        self._used[key] = manifest.profile
        self._used.move_to_end(key)
        while len(self._used) > _REMEMBERED:
            self._used.popitem(last=False)
        return ChosenProfile(manifest.retrieval_profile, manifest.profile)
