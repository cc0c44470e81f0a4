"""Session tokens: the edge's own short-lived proof of who a visitor is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jwt

from libs.common.caller import Privacy
from libs.common.clock import Clock
from libs.common.errors import Unauthenticated
from libs.common.strict_jwt import MAX_BYTES, Expected, verify
from services.edge_gateway.session import Session
from services.edge_gateway.session_keys import SessionKeys

ISSUER = "causeway-edge"
AUDIENCE = "causeway-session"

LEEWAY = 60
"""Seconds that a token is honoured past its end."""
ANONYMOUS_RENEWAL = 30 * 24 * 3600
"""Seconds past its end for which an anonymous visitor's token can be renewed."""

_CACHED_TOKENS = 8192
_REQUIRED = (
    "sub",
    "tenant_id",
    "plan",
    "access",
    "locale",
    "privacy",
    "region",
    "origin",
    "sid",
    "auth_time",
)


class SessionTokens:
    """Signs sessions and reads them back; every edge that holds the key set can."""

    def __init__(self, keys: SessionKeys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock
        self._known: dict[str, Session] = {}

    def sign(self, session: Session) -> str:
        """Returns a session's token.

        Raises:
            Unauthenticated: It would be longer than tokens may be.
        """
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": session.subject,
            "tenant_id": session.tenant,
            "plan": session.plan,
            "access": sorted(session.access),
            "locale": session.locale,
            "privacy": _privacy_claim(session.privacy),
            "region": session.region,
            "origin": session.origin,
            "sid": session.sid,
            "auth_time": session.authenticated_at,
            "iat": session.issued_at,
            "exp": session.expires_at,
        }
        key = self._keys.signing
        token = jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": key.kid})
        if len(token) > MAX_BYTES:
            raise Unauthenticated("The host token's claims are too long; name fewer access tags.")
        return token

    def verify(self, token: str) -> Session:
        """Returns the session of a token that is in force.

        Raises:
            Unauthenticated: It does not hold or has expired.
        """
        known = self._known.get(token)
        if known is None:
            known = self._read(token, LEEWAY)
            if len(self._known) >= _CACHED_TOKENS:
                self._known.clear()
            self._known[token] = known
        self._require_in_force(known, LEEWAY)
        return known

    def verify_for_renewal(self, token: str) -> Session:
        """Returns the session of a token that may be renewed; an anonymous one is so for 30 more days.

        Raises:
            Unauthenticated: It does not hold or has expired for too long.
        """
        session = self._read(token, ANONYMOUS_RENEWAL)
        self._require_in_force(session, ANONYMOUS_RENEWAL if session.anonymous else LEEWAY)
        return session

    def _read(self, token: str, leeway: int) -> Session:
        expected = Expected(audience=AUDIENCE, issuer=ISSUER, required=_REQUIRED, leeway=leeway)
        return _session(verify(token, self._keys.find, expected, self._clock.now()))

    def _require_in_force(self, session: Session, leeway: int) -> None:
        now = self._clock.now()
        if now > session.expires_at + leeway:
            raise Unauthenticated("The session has expired; open a new one.")
        if session.issued_at > now + LEEWAY:
            raise Unauthenticated("The session is not valid yet; check the clocks.")


def _session(claims: Mapping[str, Any]) -> Session:
    # Only tokens that this key set signed come here: their forms are those that `sign` wrote.
    privacy = claims["privacy"]
    return Session(
        sid=claims["sid"],
        tenant=claims["tenant_id"],
        subject=claims["sub"],
        plan=claims["plan"],
        access=frozenset(claims["access"]),
        locale=claims["locale"],
        privacy=Privacy(privacy["history"], privacy["memory"], privacy["analytics"]),
        region=claims["region"],
        origin=claims["origin"],
        authenticated_at=claims["auth_time"],
        issued_at=claims["iat"],
        expires_at=claims["exp"],
    )


def _privacy_claim(privacy: Privacy) -> dict[str, bool]:
    return {"history": privacy.history, "memory": privacy.memory, "analytics": privacy.analytics}
