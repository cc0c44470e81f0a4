"""Opens and renews sessions; who the visitor is comes from tokens and allowed origins alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from starlette.datastructures import Headers

from libs.common.caller import Privacy
from libs.common.clock import Clock
from libs.common.errors import Forbidden, NotFound, Unauthenticated
from libs.common.manifest import Tenant
from libs.common.metrics import SESSIONS
from libs.common.strict_jwt import read_claims_unverified
from services.edge_gateway.host_tokens import HostIdentity, HostTokens
from services.edge_gateway.manifests import Manifests
from services.edge_gateway.origins import origin_of, require_known_origin
from services.edge_gateway.session import ANONYMOUS, Session
from services.edge_gateway.session_tokens import AUDIENCE, SessionTokens

MAX_RENEWED_SECONDS = 8 * 3600
"""How long a host's word is good for through renewals; then the host must sign a new token."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a visitor may choose; none of it is identity.

    Attributes:
        tenant: Whose documents; counts for anonymous visitors only.
        locale: BCP 47, or empty.
        privacy: What the visitor now allows or forbids, by the names of `Privacy`; the rest stays as it was.
    """

    tenant: str = ""
    locale: str = ""
    privacy: Mapping[str, bool] = field(default_factory=dict)


class Sessions:
    """Opens sessions.

    Args:
        manifests: The tenants.
        host_tokens: Verifies what customers' backends sign.
        tokens: Reads session tokens that come to be renewed.
        clock: Tells the time.
        new_id: Makes a random id.
        region: Name of this region.
    """

    def __init__(
        self,
        manifests: Manifests,
        host_tokens: HostTokens,
        tokens: SessionTokens,
        clock: Clock,
        new_id: Callable[[], str],
        region: str,
    ) -> None:
        self._manifests = manifests
        self._host_tokens = host_tokens
        self._tokens = tokens
        self._clock = clock
        self._new_id = new_id
        self._region = region

    async def open(self, token: str | None, headers: Headers, wishes: Wishes) -> Session:
        """Opens a session for the bearer of a host or session token, or for an anonymous visitor.

        Raises:
            Unauthenticated: There is no identity, or it does not hold.
            Forbidden: The page's origin may not open this session.
        """
        if token is None:
            session, identity = self._open_anonymous(headers, wishes), "anonymous"
        elif read_claims_unverified(token).get("aud") == AUDIENCE:
            session = self._renew(self._tokens.verify_for_renewal(token), headers, wishes)
            identity = "renewed"
        else:
            named = await self._host_tokens.exchange(token)
            session, identity = self._open_named(named, headers, wishes), "host"
        SESSIONS.labels(identity).inc()
        return session

    def _open_named(self, identity: HostIdentity, headers: Headers, wishes: Wishes) -> Session:
        require_known_origin(headers, identity.tenant)
        return self._session(identity.tenant, identity.subject, headers, wishes, identity)

    def _open_anonymous(self, headers: Headers, wishes: Wishes) -> Session:
        if not wishes.tenant:
            raise Unauthenticated(
                "Send a host token as bearer, or name a tenant that admits anonymous visitors."
            )
        tenant = self._admitting_tenant(wishes.tenant, headers)
        return self._session(tenant, ANONYMOUS + self._new_id(), headers, wishes, None)

    def _admitting_tenant(self, tenant_id: str, headers: Headers) -> Tenant:
        refusal = Forbidden("This origin may not open anonymous sessions of this tenant.")
        try:
            tenant = self._manifests.bundle(tenant_id).tenant
        except NotFound:
            raise refusal from None
        if origin_of(headers) not in tenant.identity.anonymous_origins:
            raise refusal
        return tenant

    def _session(
        self, tenant: Tenant, subject: str, headers: Headers, wishes: Wishes, identity: HostIdentity | None
    ) -> Session:
        now = int(self._clock.now())
        return Session(
            sid=self._new_id(),
            tenant=tenant.tenant_id,
            subject=subject,
            plan=identity.plan if identity else tenant.default_plan,
            access=identity.access if identity else frozenset(),
            locale=wishes.locale or (identity.locale if identity else ""),
            privacy=dataclasses.replace(Privacy(), **wishes.privacy),
            region=self._region,
            origin=origin_of(headers),
            authenticated_at=now,
            issued_at=now,
            expires_at=now + tenant.session_minutes * 60,
        )

    def _renew(self, old: Session, headers: Headers, wishes: Wishes) -> Session:
        tenant = self._tenant_of(old)
        now = int(self._clock.now())
        if old.anonymous:
            self._admitting_tenant(old.tenant, headers)
        else:
            require_known_origin(headers, tenant)
            if now > old.authenticated_at + MAX_RENEWED_SECONDS:
                raise Unauthenticated("The session was renewed for long enough; send a new host token.")
        if old.origin and origin_of(headers) != old.origin:
            raise Forbidden("The session belongs to a page of another origin.")
        return dataclasses.replace(
            old,
            locale=wishes.locale or old.locale,
            privacy=dataclasses.replace(old.privacy, **wishes.privacy),
            region=self._region,
            issued_at=now,
            expires_at=now + tenant.session_minutes * 60,
        )

    def _tenant_of(self, session: Session) -> Tenant:
        try:
            return self._manifests.bundle(session.tenant).tenant
        except NotFound:
            raise Unauthenticated("The session's tenant is not known here any more.") from None
