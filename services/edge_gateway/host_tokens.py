"""Host tokens: the JWTs with which a customer's backend says who its visitor is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from libs.common.clock import Clock
from libs.common.errors import NotFound, Unauthenticated
from libs.common.manifest import Tenant
from libs.common.strict_jwt import Expected, read_claims_unverified, verify
from services.edge_gateway.body_fields import clean_locale
from services.edge_gateway.exchanges import ExchangeCounter
from services.edge_gateway.identity_keys import IdentityKeys
from services.edge_gateway.manifests import Manifests
from services.edge_gateway.session import RESERVED_SUBJECTS

AUDIENCE = "causeway"
MAX_LIFETIME = 15 * 60
"""Seconds from `iat` to `exp`, at most."""

_MAX_TEXT = 256
_MAX_TAGS = 64
_PLAN = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class HostIdentity:
    """Who the host says that the visitor is.

    Attributes:
        tenant: The customer.
        subject: The visitor within it.
        plan: The visitor's plan.
        access: Access tags.
        locale: BCP 47, or empty.
        scope: Further rights, e.g. `privacy`.
    """

    tenant: Tenant
    subject: str
    plan: str
    access: frozenset[str]
    locale: str
    scope: frozenset[str]


class HostTokens:
    """Verifies host tokens by the keys that their tenant has pinned."""

    def __init__(
        self, manifests: Manifests, keys: IdentityKeys, exchanges: ExchangeCounter, clock: Clock
    ) -> None:
        self._manifests = manifests
        self._keys = keys
        self._exchanges = exchanges
        self._clock = clock

    async def exchange(self, token: str) -> HostIdentity:
        """Returns what a token says, and counts its use.

        Raises:
            Unauthenticated: It does not hold, says something malformed, or was used too often.
            DependencyUnavailable: No configuration has ever arrived.
        """
        # Unverified, the claim only chooses the keys; the signature then covers it like the rest.
        tenant = self._tenant(read_claims_unverified(token).get("tenant_id"))
        expected = Expected(
            audience=AUDIENCE,
            issuer=tenant.identity.issuer or None,
            required=("iss", "sub", "tenant_id"),
            max_lifetime=MAX_LIFETIME,
        )
        claims = verify(token, lambda kid: self._keys.find(tenant, kid), expected, self._clock.now())
        identity = _identity(claims, tenant)
        jti = _text(claims, "jti", default="")
        if jti:
            await self._exchanges.count(tenant.tenant_id, jti)
        return identity

    def _tenant(self, tenant_id: object) -> Tenant:
        if not isinstance(tenant_id, str):
            raise Unauthenticated("The token names no tenant (tenant_id).")
        try:
            return self._manifests.bundle(tenant_id).tenant
        except NotFound:
            raise Unauthenticated("The token's tenant is not known here.") from None


def _identity(claims: Mapping[str, Any], tenant: Tenant) -> HostIdentity:
    subject = _text(claims, "sub")
    if not subject or subject.startswith(RESERVED_SUBJECTS):
        raise Unauthenticated("The token's sub claim is empty or begins with a reserved word.")
    plan = _text(claims, "plan_tier", default=tenant.default_plan)
    if not _PLAN.fullmatch(plan):
        raise Unauthenticated("The token's plan_tier claim is not the name of a plan.")
    return HostIdentity(
        tenant=tenant,
        subject=subject,
        plan=plan,
        access=_tags(claims.get("access") or []),
        locale=clean_locale(_text(claims, "locale", default="")),
        scope=frozenset(_text(claims, "scope", default="").split()),
    )


def _text(claims: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = claims.get(name)
    if value is None:
        value = default
    if not isinstance(value, str) or len(value) > _MAX_TEXT or not value.isprintable():
        raise Unauthenticated(f"The token's {name} claim is not a short text.")
    return value


def _tags(value: object) -> frozenset[str]:
    if not isinstance(value, list) or len(value) > _MAX_TAGS:
        raise Unauthenticated(f"The token's access claim is not a list of at most {_MAX_TAGS} tags.")
    for tag in value:
        if not isinstance(tag, str) or not 0 < len(tag) <= _MAX_TEXT or not tag.isprintable():
            raise Unauthenticated("The token's access claim holds something that is not a tag.")
    return frozenset(value)
