"""Signs the tokens that the command and developers need."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jwt

from cli.output import CommandFailed, CommandMisused
from cli.settings import Settings
from libs.common.caller import ROLES
from libs.common.clock import SystemClock
from libs.common.keys import SigningKey, load_signing_key
from libs.common.service_tokens import sign_service_token

HOST_ISSUER = "causeway-demo-host"
HOST_KID = "demo-host-1"
HOST_TOKEN_SECONDS = 600


def host_token(
    settings: Settings,
    *,
    tenant: str,
    subject: str,
    plan: str = "",
    access: Sequence[str] = (),
) -> str:
    """Signs a host JWT, as a customer's backend would."""
    now = int(SystemClock().now())
    claims: dict[str, Any] = {
        "iss": HOST_ISSUER,
        "aud": "causeway",
        "sub": subject,
        "tenant_id": tenant,
        "iat": now,
        "exp": now + HOST_TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(16),
    }
    if plan:
        claims["plan_tier"] = plan
    if access:
        claims["access"] = list(access)
    key = _key(settings.keys_folder / "demo-host.key.pem")
    return jwt.encode(claims, key.private, algorithm="EdDSA", headers={"kid": HOST_KID})


def service_token(
    settings: Settings, *, tenant: str, service: str, roles: Sequence[str], access: Sequence[str] = ()
) -> str:
    """Signs a service token of the command line, bound to a tenant."""
    unknown = set(roles) - ROLES
    if unknown:
        raise CommandMisused(f"Unknown role {sorted(unknown)[0]}; there are {', '.join(sorted(ROLES))}.")
    return sign_service_token(
        signing_key(settings),
        "cli",
        service,
        frozenset(roles),
        SystemClock().now(),
        3600,
        tenant=tenant,
        access=frozenset(access),
    )


def signing_key(settings: Settings) -> SigningKey:
    """The key with which the command signs its calls.

    Raises:
        CommandFailed: It is not there.
    """
    return _key(settings.keys_folder / "cli.key.pem")


def _key(path: Path) -> SigningKey:
    if not path.exists():
        raise CommandFailed(
            f"{path} is missing. `causeway up` makes the development keys; set CAUSEWAY_DATA or "
            "CAUSEWAY_KEYS if they are elsewhere."
        )
    return load_signing_key(path)
