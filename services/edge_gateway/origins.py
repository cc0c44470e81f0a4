"""Which web pages may use the edge."""

from __future__ import annotations

from starlette.datastructures import Headers

from libs.common.clock import Clock
from libs.common.errors import Forbidden
from libs.common.manifest import Tenant
from services.edge_gateway.manifests import Manifests

_REFRESH_SECONDS = 1.0


def origin_of(headers: Headers) -> str:
    """Returns the origin of the page that makes the request; empty where there is no page."""
    return headers.get("origin", "")


def is_same_origin(origin: str, headers: Headers) -> bool:
    """Whether the page was served by this very edge.

    Only host and port count: the scheme is not known here, behind whatever ends TLS.
    """
    scheme, _, authority = origin.partition("://")
    return scheme in {"http", "https"} and authority != "" and authority == headers.get("host")


def known_origins(tenant: Tenant) -> frozenset[str]:
    """The origins of a tenant's pages."""
    identity = tenant.identity
    return frozenset((*identity.origins, *identity.anonymous_origins))


def require_known_origin(headers: Headers, tenant: Tenant) -> None:
    """Refuses a page that is not the tenant's; who is not a page has no origin and passes.

    Raises:
        Forbidden: The page comes from elsewhere.
    """
    origin = origin_of(headers)
    if not origin or is_same_origin(origin, headers) or origin in known_origins(tenant):
        return
    raise Forbidden("This page's origin is not one of the tenant's; add it to the tenant's origins.")


class KnownOrigins:
    """The origins of all tenants, for preflight requests, which carry no token yet."""

    def __init__(self, manifests: Manifests, clock: Clock) -> None:
        self._manifests = manifests
        self._clock = clock
        self._origins: frozenset[str] = frozenset()
        self._fresh_until = 0.0

    def __contains__(self, origin: str) -> bool:
        now = self._clock.monotonic()
        if now >= self._fresh_until:
            tenants = (bundle.tenant for bundle in self._manifests.bundles())
            self._origins = frozenset[str]().union(*map(known_origins, tenants))
            self._fresh_until = now + _REFRESH_SECONDS
        return origin in self._origins
