"""Verifies compact JWTs, one pinned algorithm per key, and refuses everything that is not needed.

PyJWT checks the signatures. Around it stand the rules whose absence was a vulnerability somewhere:
compact form only, canonical base64url, no `crit`, `jku`, `x5u` or `jwk`, a size limit before parsing,
no duplicate names, and the key's own algorithm in place of the header's word (RFC 8725).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.algorithms import AllowedPublicKeys

from libs.common.errors import Unauthenticated

MAX_BYTES = 8 * 1024
"""Tokens longer than this are refused unread."""

ALGORITHMS = frozenset({"EdDSA", "ES256", "RS256", "HS256"})
_FORBIDDEN_HEADERS = frozenset({"crit", "jku", "x5u", "x5c", "jwk", "b64", "zip"})


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A key that tokens may be signed with.

    Attributes:
        kid: Its name.
        algorithm: The only algorithm it is used with.
        key: A public key, or the shared secret for HS256.
    """

    kid: str
    algorithm: str
    key: AllowedPublicKeys | bytes


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token's claims must be.

    Attributes:
        audience: Required `aud`.
        issuer: Required `iss`, unless None.
        required: Claims that must be there.
        leeway: Seconds that clocks may differ.
        max_lifetime: Longest allowed `exp - iat` in seconds.
    """

    audience: str
    issuer: str | None
    required: tuple[str, ...]
    leeway: int = 60
    max_lifetime: int | None = None


def read_header(token: str) -> Mapping[str, Any]:
    """Returns the header of a well-formed token, nothing being verified yet.

    Raises:
        Unauthenticated: It is not a compact JWT that this product could accept.
    """
    header = _read_form(token)
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise Unauthenticated("The token's algorithm is not accepted.")
    return header


def read_claims_unverified(token: str) -> Mapping[str, Any]:
    """Returns the claims before verification, only to find the keys to verify with."""
    read_header(token)
    return _json_object(_canonical(token.split(".")[1]))


def verify(
    token: str, key_for: Callable[[str | None], VerifyKey | None], expected: Expected, now: float
) -> dict[str, Any]:
    """Returns the claims of a token that holds.

    Args:
        token: The compact JWT.
        key_for: Finds the key for a `kid`.
        expected: What the claims must be.
        now: Seconds since the epoch.

    Raises:
        Unauthenticated: It does not hold; the detail says why without echoing the token.
    """
    header = read_header(token)
    kid = header.get("kid")
    key = key_for(kid if isinstance(kid, str) else None)
    if key is None:
        raise Unauthenticated("The token is signed with a key that is not known here.")
    claims = _json_object(check_signature(token, key))
    _check_claims(claims, expected, now)
    return claims


def check_signature(token: str, key: VerifyKey) -> bytes:
    """Returns the payload of a compact JWS whose signature holds under exactly this key.

    Raises:
        Unauthenticated: It does not, or its header names another algorithm than the key's.
    """
    if _read_form(token).get("alg") != key.algorithm:
        raise Unauthenticated("The token's algorithm is not the one of its key.")
    try:
        jwt.api_jws.decode(token, key=key.key, algorithms=[key.algorithm])
    except jwt.PyJWTError:
        raise Unauthenticated("The token's signature does not hold.") from None
    return _canonical(token.split(".")[1])


def _read_form(token: str) -> Mapping[str, Any]:
    if len(token) > MAX_BYTES:
        raise Unauthenticated("The token is longer than 8 KiB.")
    parts = token.split(".")
    if len(parts) != 3 or not parts[0] or not parts[2]:
        raise Unauthenticated("The token is not a signed JWT in compact form.")
    header = _json_object(_canonical(parts[0]))
    for part in parts[1:]:
        _canonical(part)
    if _FORBIDDEN_HEADERS & header.keys():
        raise Unauthenticated("The token's header carries a parameter that is not accepted.")
    return header


def _check_claims(claims: dict[str, Any], expected: Expected, now: float) -> None:
    for name in ("exp", "iat", *expected.required):
        if name not in claims:
            raise Unauthenticated(f"The token has no {name} claim.")
    exp, iat, nbf = _moment(claims, "exp"), _moment(claims, "iat"), _moment(claims, "nbf", default=0)
    if now > exp + expected.leeway:
        raise Unauthenticated("The token has expired; get a new one.")
    if iat > now + expected.leeway or nbf > now + expected.leeway:
        raise Unauthenticated("The token is not valid yet; check the clocks.")
    if expected.max_lifetime is not None and exp - iat > expected.max_lifetime:
        raise Unauthenticated(f"The token lives longer than {expected.max_lifetime} seconds.")
    audience = claims.get("aud")
    if audience != expected.audience and not (isinstance(audience, list) and expected.audience in audience):
        raise Unauthenticated("The token is meant for somebody else (aud).")
    if expected.issuer is not None and claims.get("iss") != expected.issuer:
        raise Unauthenticated("The token comes from an unknown issuer (iss).")


def _moment(claims: Mapping[str, Any], name: str, default: int | None = None) -> float:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -1e12 < value < 1e12:
        raise Unauthenticated(f"The token's {name} claim is not a moment.")
    return float(value)


def _canonical(part: str) -> bytes:
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Unauthenticated("The token is not base64url.") from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=") != part.encode("ascii", "replace"):
        raise Unauthenticated("The token is not canonical base64url.")
    return raw


def _json_object(raw: bytes) -> dict[str, Any]:
    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("duplicate name")
        return found

    def refuse(_: str) -> None:
        raise ValueError("not a number of JSON")

    try:
        value = json.loads(raw.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse)
        # An escaped half of a surrogate pair is no text: whoever encodes it later would fail.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise Unauthenticated("The token does not hold a JSON object.") from None
    if not isinstance(value, dict):
        raise Unauthenticated("The token does not hold a JSON object.")
    return value
