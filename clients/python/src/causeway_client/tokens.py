"""Where the token of a call comes from: a text, a function, or a key that signs one."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

LIFETIME_SECONDS = 600
"""How long a signed token lives; Causeway takes none that lives longer than an hour."""

TokenSource = str | Callable[[], str]
"""A token, or what returns one. It is asked before every call, from the thread or the loop that calls: it
should answer from memory, as `SigningKeyTokens` does."""

AsyncTokenSource = str | Callable[[], str | Awaitable[str]]
"""The same for the async client, which also waits for an answer."""


class SigningKeyTokens:
    """Signs a team's own service tokens, and keeps each for most of its life.

    Needs the extra `signing`.

    Args:
        key: The team's Ed25519 private key: PEM text, or the path of a PKCS #8 file.
        service: The team's name in the trust file, which becomes `sub`.
        tenant: The tenant whose documents are searched.
        access: Access tags; documents that carry none of them, but others, stay hidden.
        roles: What the token may do.
        lifetime: Seconds that a token lives.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        key: str | Path,
        *,
        service: str,
        tenant: str,
        access: Sequence[str] = (),
        roles: Sequence[str] = ("search",),
        lifetime: int = LIFETIME_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._private, self._kid = _load(key)
        self._claims: dict[str, Any] = {
            "iss": service,
            "sub": service,
            "aud": "retrieval",
            "roles": sorted(roles),
            "tenant_id": tenant,
            "access": sorted(access),
        }
        self._lifetime = lifetime
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = 0.0

    def __call__(self) -> str:
        """Returns a token with at least a sixth of its life before it."""
        import jwt

        with self._lock:
            now = self._clock()
            if now >= self._renew_at:
                times = {"iat": int(now), "exp": int(now) + self._lifetime}
                headers = {"kid": self._kid}
                self._token = jwt.encode({**self._claims, **times}, self._private, "EdDSA", headers)
                self._renew_at = now + self._lifetime * 5 / 6
            return self._token


def read_token(source: TokenSource) -> str:
    """Returns the token of the next call."""
    return source if isinstance(source, str) else source()


async def read_token_async(source: AsyncTokenSource) -> str:
    """Returns the token of the next call, and waits for it where that is needed."""
    if isinstance(source, str):
        return source
    given = source()
    return given if isinstance(given, str) else await given


@lru_cache(maxsize=256)
def tenant_of(token: str) -> str:
    """The tenant that a token names, unverified; a text that is no token stands for itself."""
    payload = token.split(".")[1] if token.count(".") == 2 else ""
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims.get("tenant_id", ""))
    except (ValueError, AttributeError):
        return token


def _load(key: str | Path) -> tuple[Any, str]:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise ImportError("Signing needs an extra: pip install 'causeway-client[signing]'") from None
    pem = key.read_bytes() if isinstance(key, Path) else key.encode()
    private = load_pem_private_key(pem, password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError("The key is not an Ed25519 key, the only kind that Causeway trusts.")
    return private, hashlib.sha256(private.public_key().public_bytes_raw()).hexdigest()[:16]
