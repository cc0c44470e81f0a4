"""Tokens that must not be believed, of visitors and of services."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from libs.common.keys import SigningKey, load_signing_key
from tests.e2e.hostile_world import Side, World


def encoded(part: object) -> str:
    """A part of a JWT."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(token: str) -> dict[str, Any]:
    """A token's claims, unverified."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def signed(key: SigningKey, claims: dict[str, Any] | bytes, **header: Any) -> str:
    """Signs any claims under any header with a key that is trusted."""
    head = {"alg": "EdDSA", "typ": "JWT", "kid": key.kid} | header
    content = f"{encoded(head)}.{encoded(claims)}"
    return f"{content}.{encoded(key.private.sign(content.encode()))}"


def distorted(good: str, key: SigningKey) -> dict[str, str]:
    """What can be made of a good token, with and without the key that signed it."""
    head, body, mark = good.split(".")
    claims, kid = decoded(good), jwt.get_unverified_header(good)["kid"]
    stranger = Ed25519PrivateKey.generate()
    secret = key.public.public_bytes_raw()
    now = int(time.time())

    def own(**changes: Any) -> str:
        return signed(key, claims | changes, kid=kid)

    return {
        "nonsense": "nonsense",
        "dots": "..",
        "cut": good[:-10],
        "longer": good + "AA",
        "padded": good + "=",
        "five parts": f"{good}.a.b",
        "without a signature": f"{head}.{body}.",
        "none": f"{encoded({'alg': 'none', 'kid': kid})}.{body}.",
        "none with a signature": f"{encoded({'alg': 'NoNe', 'kid': kid})}.{body}.{mark}",
        "no algorithm": f"{encoded({'kid': kid})}.{body}.{mark}",
        "other claims": f"{head}.{encoded(claims | {'sub': 'bob', 'access': ['board']})}.{mark}",
        "shared secret": jwt.encode(claims, secret, algorithm="HS256", headers={"kid": kid}),
        "a stranger's": jwt.encode(claims, stranger, algorithm="EdDSA", headers={"kid": kid}),
        "an unknown key": signed(key, claims, kid="0" * 16),
        "a path for a key": signed(key, claims, kid="../../../etc/passwd"),
        "no key": signed(key, claims, kid=None),
        "a key that is no name": signed(key, claims, kid={"a": 1}),
        "its own key": signed(key, claims, kid=kid, jwk={"kty": "OKP"}),
        "a key elsewhere": signed(key, claims, kid=kid, jku="http://127.0.0.1:9/keys"),
        "critical": signed(key, claims, kid=kid, crit=["exp"]),
        "expired": own(iat=now - 700, exp=now - 100),
        "not yet": own(iat=now + 300, exp=now + 600),
        "for ever": own(exp=None),
        "for someone else": own(aud="somebody"),
        "for nobody": own(aud=None),
        "an end that is no moment": own(exp="tomorrow"),
        "an end beyond time": own(exp=10**300),
        "claims that are no object": signed(key, b"[]", kid=kid),
        "claims that are no JSON": signed(key, b"\xff{", kid=kid),
        "a claim twice": signed(key, json.dumps(claims).encode()[:-1] + b',"sub":"bob"}', kid=kid),
        "deep claims": signed(key, b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}", kid=kid),
        "huge": "A" * 20_000,
    }


def bad_sessions(world: World, good: str) -> dict[str, str]:
    """Session tokens that open nothing."""
    key = load_signing_key(world.keys / "edge-session.key.pem")
    claims = decoded(good)
    return distorted(good, key) | {
        "a host token": world.demo.host_token(),
        "a service token": world.token("edge_gateway", "generation", "act_for"),
        "of a tenant that is not here": signed(key, claims | {"tenant_id": "nobody"}),
        "from another issuer": signed(key, claims | {"iss": "somebody"}),
    }


def bad_host_tokens(world: World, side: Side, other: Side) -> dict[str, str]:
    """Host tokens that open no session."""
    good = side.host_token()
    claims, now = decoded(good), int(time.time())

    def crossed(key: SigningKey, kid: str, tenant: str, issuer: str) -> str:
        return signed(key, claims | {"tenant_id": tenant, "iss": issuer}, kid=kid)

    distortions = {
        name: token
        for name, token in distorted(good, side.key).items()
        # Without an audience of its own it is taken for a host token; a host's key is named by the tenant.
        if name != "for nobody"
    }
    return distortions | {
        "for nobody": side.host_token(aud=None),
        "of the other tenant, by our key": crossed(side.key, side.kid, other.tenant, other.issuer),
        "of the other tenant, by our key under its name": crossed(
            side.key, other.kid, other.tenant, other.issuer
        ),
        "of our tenant, by the other's key": crossed(other.key, other.kid, side.tenant, side.issuer),
        "from the other's issuer": side.host_token(iss=other.issuer),
        "of no tenant": side.host_token(tenant_id=None),
        "of a tenant that is no name": side.host_token(tenant_id=["demo"]),
        "of a tenant that is not here": side.host_token(tenant_id="../demo"),
        "of nobody": side.host_token(sub=""),
        "of a subject that is no name": side.host_token(sub={"a": 1}),
        "of an anonymous visitor": side.host_token(sub="anon:ana"),
        "of a service": side.host_token(sub="service:cli"),
        "of a line break": side.host_token(sub="a\r\nb"),
        "long-lived": side.host_token(iat=now, exp=now + 3600),
        "of too many groups": side.host_token(access=["a"] * 100),
        "of groups that are none": side.host_token(access="board"),
        "of a plan that is none": side.host_token(plan_tier="A b"),
        "a service token": world.token("edge_gateway", "generation", "act_for"),
    }


def bad_service_tokens(world: World, service: str, target: str, roles: tuple[str, ...]) -> Mapping[str, str]:
    """Tokens with which no service may call another."""
    good = world.token(service, target, *roles)
    key, now = world.key(service), int(time.time())
    claims = decoded(good)
    elsewhere = "insights" if target != "insights" else "config"
    return distorted(good, key) | {
        "for another service": world.token(service, elsewhere, *roles),
        "of another service": signed(key, claims | {"sub": "config"}),
        "with a role beyond its key": signed(key, claims | {"roles": [*roles, "privacy", "operate"]}),
        "with roles that are none": signed(key, claims | {"roles": "act_for"}),
        "with an unknown role": signed(key, claims | {"roles": [*roles, "root"]}),
        "of a tenant that is no name": signed(key, claims | {"tenant_id": ["demo"]}),
        "of the empty tenant": signed(key, claims | {"tenant_id": ""}),
        "long-lived": signed(key, claims | {"exp": now + 90_000}),
        "of a session": world.session(world.demo),
        "of a host": world.demo.host_token(),
    }
