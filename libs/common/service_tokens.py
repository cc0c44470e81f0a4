"""Service tokens: how services and teams prove themselves to each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt

from libs.common.caller import ROLES
from libs.common.clock import Clock
from libs.common.errors import Unauthenticated
from libs.common.keys import SigningKey, decode_public
from libs.common.logs import logger
from libs.common.settings import SettingsError
from libs.common.strict_jwt import Expected, VerifyKey, read_header, verify

log = logger(__name__)

MAX_LIFETIME = 3600
"""Seconds that a service token may live."""

_CACHED_TOKENS = 4096


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key and what it may assert.

    Attributes:
        kid: Its name.
        service: The only `sub` it may sign.
        key: The key.
        roles: The roles it may assert.
        tenant: The only tenant it may name; None for services that act for many.
    """

    kid: str
    service: str
    key: VerifyKey
    roles: frozenset[str]
    tenant: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceIdentity:
    """What a service token says.

    Attributes:
        service: The calling service or team.
        roles: What it may do.
        tenant: The tenant it is bound to, or None.
        access: Access tags of a bound token.
        expires: Seconds since the epoch.
    """

    service: str
    roles: frozenset[str]
    tenant: str | None
    access: frozenset[str]
    expires: float


def load_trust(path: Path) -> Mapping[str, TrustedKey]:
    """Reads the trust file: `{"keys": [{kid, service, public_key, roles, tenant?}]}`.

    Raises:
        SettingsError: It is missing or wrong.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        entries = [_trusted(entry) for entry in document["keys"]]
    except OSError as error:
        raise SettingsError(f"The trust file {path} cannot be read ({error.strerror}).") from None
    except KeyError as error:
        raise SettingsError(f"The trust file {path} is not valid: {error} is missing.") from None
    except (ValueError, TypeError, RecursionError) as error:
        raise SettingsError(f"The trust file {path} is not valid: {error}.") from None
    trust = {entry.kid: entry for entry in entries}
    if len(trust) != len(entries):
        raise SettingsError(f"The trust file {path} is not valid: two keys have the same kid.")
    return trust


def _trusted(entry: Mapping[str, Any]) -> TrustedKey:
    kid, service, tenant = entry["kid"], entry["service"], entry.get("tenant")
    names = (kid, service) if tenant is None else (kid, service, tenant)
    if not all(isinstance(name, str) and name for name in names):
        raise ValueError("kid, service and tenant must be words")
    if not isinstance(entry["roles"], list):
        raise TypeError("roles must be a list")
    roles = frozenset(entry["roles"])
    if not roles <= ROLES:
        raise ValueError(f"unknown roles {sorted(map(str, roles - ROLES))}")
    key = VerifyKey(kid, "EdDSA", decode_public(entry["public_key"]))
    return TrustedKey(kid, service, key, roles, tenant)


class ServiceTokenVerifier:
    """Verifies the service tokens that are meant for one service.

    The trust file is read again when it changes; a broken one leaves the last good keys in force.
    """

    def __init__(self, service: str, trust_file: Path, clock: Clock) -> None:
        self._expected = Expected(
            audience=service, issuer=None, required=("sub", "roles"), max_lifetime=MAX_LIFETIME
        )
        self._path = trust_file
        self._clock = clock
        self._stamp = self._file_stamp()
        self._trust = load_trust(trust_file)
        self._checked = clock.monotonic()
        self._known: dict[str, ServiceIdentity] = {}

    def verify(self, token: str) -> ServiceIdentity:
        """Returns who signed a token.

        Raises:
            Unauthenticated: It does not hold, or says more than its key may.
        """
        known = self.recognised(token)
        if known is not None:
            return known
        claims = verify(token, self._key_for, self._expected, self._clock.now())
        identity = self._identity(claims, read_header(token)["kid"])
        if len(self._known) >= _CACHED_TOKENS:
            self._known.clear()
        self._known[token] = identity
        return identity

    def recognised(self, token: str) -> ServiceIdentity | None:
        """Returns who signed a token that was verified before and still holds; None for any other."""
        self._reload_if_changed()
        known = self._known.get(token)
        return known if known is not None and self._clock.now() <= known.expires else None

    def _key_for(self, kid: str | None) -> VerifyKey | None:
        trusted = self._trust.get(kid or "")
        return trusted.key if trusted else None

    def _identity(self, claims: Mapping[str, Any], kid: str) -> ServiceIdentity:
        trusted = self._trust[kid]
        roles = _words(claims, "roles")
        tenant = claims.get("tenant_id")
        if claims["sub"] != trusted.service:
            raise Unauthenticated("The token's subject is not the owner of its key.")
        if not roles <= trusted.roles:
            raise Unauthenticated("The token asserts a role that its key may not assert.")
        if tenant is not None and (not isinstance(tenant, str) or not tenant):
            raise Unauthenticated("The token's tenant is not a name.")
        if trusted.tenant is not None and tenant != trusted.tenant:
            raise Unauthenticated("The token's tenant is not the one of its key.")
        return ServiceIdentity(trusted.service, roles, tenant, _words(claims, "access"), float(claims["exp"]))

    def _reload_if_changed(self) -> None:
        if self._clock.monotonic() - self._checked < 1.0:
            return
        self._checked = self._clock.monotonic()
        stamp = self._file_stamp()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._trust = load_trust(self._path)
        except SettingsError as error:
            log.warning("trust_file_refused", reason=str(error), kept=len(self._trust))
            return
        self._known.clear()

    def _file_stamp(self) -> tuple[int, int, int]:
        try:
            status = self._path.stat()
        except OSError:
            return (0, 0, 0)
        return (status.st_mtime_ns, status.st_size, status.st_ino)


class ServiceTokenSource:
    """Signs this service's tokens for one target and keeps each until shortly before its end."""

    def __init__(
        self,
        key: SigningKey,
        service: str,
        target: str,
        roles: frozenset[str],
        clock: Clock,
        lifetime: int = MAX_LIFETIME,
    ) -> None:
        self._key = key
        self._service = service
        self._target = target
        self._roles = roles
        self._clock = clock
        self._lifetime = lifetime
        self._token = ""
        self._renew_at = 0.0

    def token(self) -> str:
        """Returns a token with at least a sixth of its life before it."""
        now = self._clock.now()
        if now >= self._renew_at:
            self._token = sign_service_token(
                self._key, self._service, self._target, self._roles, now, self._lifetime
            )
            self._renew_at = now + self._lifetime * 5 / 6
        return self._token


def sign_service_token(
    key: SigningKey,
    service: str,
    target: str,
    roles: frozenset[str],
    now: float,
    lifetime: int,
    tenant: str | None = None,
    access: frozenset[str] = frozenset(),
) -> str:
    """Signs one service token.

    Args:
        key: The signer's key.
        service: The calling service or team, `sub`.
        target: The service it is for, `aud`.
        roles: What it may do there.
        now: Seconds since the epoch.
        lifetime: Seconds it lives.
        tenant: Binds the token to one tenant.
        access: Access tags of a bound token.
    """
    claims: dict[str, Any] = {
        "iss": service,
        "sub": service,
        "aud": target,
        "roles": sorted(roles),
        "iat": int(now),
        "exp": int(now) + lifetime,
    }
    if tenant is not None:
        claims |= {"tenant_id": tenant, "access": sorted(access)}
    return jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": key.kid})


def _words(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    value = claims.get(name, [])
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise Unauthenticated(f"The token's {name} claim is not a list of words.")
    return frozenset(value)
