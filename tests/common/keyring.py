"""Keys, a trust file and tokens, as a deployment would have them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import jwt

from libs.common.clock import Clock
from libs.common.keys import SigningKey, create_signing_key, encode_public
from libs.common.rpc_client import CallSigner
from libs.common.service_tokens import ServiceTokenSource, ServiceTokenVerifier, sign_service_token


class Keyring:
    """Signs for any service, and keeps the trust file that says who may assert what."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder = folder
        self.clock = clock
        self.trust_file = folder / "trust.json"
        self._entries: list[dict[str, Any]] = []
        self._keys: dict[str, SigningKey] = {}
        self.write()

    def add(self, service: str, roles: Iterable[str] = (), tenant: str | None = None) -> SigningKey:
        """Makes a key for a service and trusts it."""
        key = create_signing_key(self.folder / f"{service}.{len(self._entries)}.key.pem")
        entry: dict[str, Any] = {
            "kid": key.kid,
            "service": service,
            "public_key": encode_public(key.public),
            "roles": sorted(roles),
        }
        if tenant is not None:
            entry["tenant"] = tenant
        self._entries.append(entry)
        self._keys[service] = key
        self.write()
        return key

    def forget(self, service: str) -> None:
        """Trusts a service no more."""
        self._entries = [entry for entry in self._entries if entry["service"] != service]
        self.write()

    def write(self) -> None:
        """Writes the trust file as a deployment does: whole, in one step."""
        partial = self.trust_file.with_suffix(".partial")
        partial.write_text(json.dumps({"keys": self._entries}))
        partial.replace(self.trust_file)

    def key(self, service: str) -> SigningKey:
        """The newest key of a service."""
        return self._keys[service]

    def verifier(self, audience: str) -> ServiceTokenVerifier:
        """Verifies tokens that are meant for a service."""
        return ServiceTokenVerifier(audience, self.trust_file, self.clock)

    def signer(self, service: str, target: str, roles: Iterable[str] = ()) -> CallSigner:
        """Signs the calls of a service to another."""
        source = ServiceTokenSource(self.key(service), service, target, frozenset(roles), self.clock)
        return CallSigner(source)

    def token(
        self,
        service: str,
        target: str,
        roles: Iterable[str] = (),
        tenant: str | None = None,
        access: Iterable[str] = (),
    ) -> str:
        """Signs one token, bound to a tenant if one is given."""
        return sign_service_token(
            self.key(service),
            service,
            target,
            frozenset(roles),
            self.clock.now(),
            600,
            tenant,
            frozenset(access),
        )

    def forge(self, service: str, **claims: Any) -> str:
        """Signs any claims; those that are given replace good ones, and None removes one."""
        now = int(self.clock.now())
        good = {"iss": service, "sub": service, "aud": "probe", "roles": [], "iat": now, "exp": now + 600}
        wanted = {name: value for name, value in (good | claims).items() if value is not None}
        key = self.key(service)
        return jwt.encode(wanted, key.private, algorithm="EdDSA", headers={"kid": key.kid})


def bearer(token: str, *more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Call metadata with a token."""
    return (("authorization", f"Bearer {token}"), *more)
