"""Stands in for a customer's backend, in development only: it signs host tokens for the demo page."""

from __future__ import annotations

from collections.abc import Callable

import jwt

from libs.common.clock import Clock
from libs.common.keys import SigningKey

TENANT = "demo"
ISSUER = "causeway-demo-host"
KID = "demo-host-1"
LIFETIME_SECONDS = 600

_AUDIENCE = "causeway"


class DemoHost:
    """Signs tokens for visitors of the demo page."""

    def __init__(self, key: SigningKey, clock: Clock, new_id: Callable[[], str]) -> None:
        self._key = key
        self._clock = clock
        self._new_id = new_id

    def sign(self, visitor: str | None) -> tuple[str, str]:
        """Returns a host token and the visitor that it names.

        Args:
            visitor: The visitor that the browser was given before; None names a new one.
        """
        visitor = visitor or self._new_id()
        now = int(self._clock.now())
        claims = {
            "iss": ISSUER,
            "aud": _AUDIENCE,
            "sub": f"demo-{visitor}",
            "tenant_id": TENANT,
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
            "jti": self._new_id(),
        }
        return jwt.encode(claims, self._key.private, algorithm="EdDSA", headers={"kid": KID}), visitor
