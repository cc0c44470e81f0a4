"""Host tokens."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from libs.common.errors import DependencyUnavailable, Unauthenticated
from services.edge_gateway.exchanges import MAX_EXCHANGES
from tests.edge_gateway.harness import EC_KEY, HS_SECRET, RSA_KEY, Edge, bundle


async def test_a_good_token_says_who_the_visitor_is(edge: Edge) -> None:
    identity = await edge.host_tokens.exchange(
        edge.host_token(plan_tier="gold", access=["hr", "staff"], locale="de_CH", scope="privacy other")
    )

    assert identity.tenant.tenant_id == "acme"
    assert identity.subject == "ana"
    assert identity.plan == "gold"
    assert identity.access == {"hr", "staff"}
    assert identity.locale == "de-CH"
    assert identity.scope == {"privacy", "other"}


async def test_what_a_token_leaves_out_has_the_tenants_default(edge: Edge) -> None:
    identity = await edge.host_tokens.exchange(edge.host_token(plan_tier=None, access=None))

    assert (identity.plan, identity.access, identity.locale) == ("standard", frozenset(), "")


@pytest.mark.parametrize(
    ("algorithm", "kid", "key"),
    [("ES256", "host-es", EC_KEY), ("RS256", "host-rs", RSA_KEY), ("HS256", "host-hs", HS_SECRET)],
)
async def test_each_kind_of_key_works(edge: Edge, algorithm: str, kid: str, key: Any) -> None:
    token = jwt.encode(edge.host_claims(), key, algorithm=algorithm, headers={"kid": kid})

    assert (await edge.host_tokens.exchange(token)).subject == "ana"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody-else"},
        {"iss": None},
        {"aud": "causeway-session"},
        {"aud": None},
        {"aud": ["other"]},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": ["ana"]},
        {"sub": "x" * 257},
        {"sub": "a\x00b"},
        {"sub": "a\nb"},
        {"sub": "anon:1"},
        {"sub": "key:1"},
        {"sub": "service:cli"},
        {"tenant_id": None},
        {"tenant_id": "globex"},
        {"tenant_id": 7},
        {"tenant_id": "../acme"},
        {"exp": None},
        {"iat": None},
        {"exp": "soon"},
        {"iat": 1e400},
        {"plan_tier": 7},
        {"plan_tier": "Gold Plan"},
        {"plan_tier": ""},
        {"access": "staff"},
        {"access": {"staff": True}},
        {"access": [7]},
        {"access": [""]},
        {"access": ["a\x00"]},
        {"access": [f"t{number}" for number in range(65)]},
        {"locale": 7},
        {"jti": 7},
        {"scope": ["privacy"]},
    ],
    ids=str,
)
async def test_a_token_that_says_something_else_is_refused(edge: Edge, changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        await edge.host_tokens.exchange(edge.host_token(**changes))


async def test_the_time_of_a_token_is_checked_with_a_minute_of_leeway(edge: Edge) -> None:
    now = int(edge.clock.now())

    await edge.host_tokens.exchange(edge.host_token(iat=now - 660, exp=now - 60))
    await edge.host_tokens.exchange(edge.host_token(iat=now + 60, exp=now + 660))
    await edge.host_tokens.exchange(edge.host_token(iat=now, exp=now + 900))
    for times in (
        {"iat": now - 661, "exp": now - 61},
        {"iat": now + 61, "exp": now + 661},
        {"iat": now, "exp": now + 901},
        {"nbf": now + 61},
    ):
        with pytest.raises(Unauthenticated):
            await edge.host_tokens.exchange(edge.host_token(**times))


async def test_a_token_of_a_key_that_the_tenant_did_not_pin_is_refused(edge: Edge) -> None:
    stranger = Ed25519PrivateKey.generate()
    for kid in ("host-ed", "unknown"):
        token = jwt.encode(edge.host_claims(), stranger, algorithm="EdDSA", headers={"kid": kid})
        with pytest.raises(Unauthenticated):
            await edge.host_tokens.exchange(token)


async def test_a_token_without_the_name_of_its_key_is_refused(edge: Edge) -> None:
    token = jwt.encode(edge.host_claims(), edge.host_key.private, algorithm="EdDSA")

    with pytest.raises(Unauthenticated):
        await edge.host_tokens.exchange(token)


async def test_a_tenants_key_does_not_sign_for_another_tenant(edge: Edge) -> None:
    edge.manifests.current["globex"] = bundle("globex", tenant={"identity": {"issuer": "acme-host"}})

    with pytest.raises(Unauthenticated):
        await edge.host_tokens.exchange(edge.host_token(tenant_id="globex"))


def _encode(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize("kid", ["host-ed", "host-es", "host-rs"])
async def test_a_public_key_is_not_taken_for_a_shared_secret(edge: Edge, kid: str) -> None:
    public = (edge.folder / f"{kid}.pub.pem").read_bytes()
    unsigned = f"{_encode({'alg': 'HS256', 'kid': kid})}.{_encode(edge.host_claims())}"
    for secret in (public, public.strip()):
        mark = hmac.digest(secret, unsigned.encode(), hashlib.sha256)
        with pytest.raises(Unauthenticated):
            await edge.host_tokens.exchange(f"{unsigned}.{_encode(mark)}")


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", None, 7, "HS512", "PS256"])
async def test_unsigned_and_unknown_algorithms_are_refused(edge: Edge, alg: object) -> None:
    for tail in ("", _encode(b"x")):
        token = f"{_encode({'alg': alg, 'kid': 'host-ed'})}.{_encode(edge.host_claims())}.{tail}"
        with pytest.raises(Unauthenticated):
            await edge.host_tokens.exchange(token)


@pytest.mark.parametrize("header", ["jku", "x5u", "jwk", "crit", "x5c", "zip"])
async def test_a_token_that_brings_its_own_key_or_conditions_is_refused(edge: Edge, header: str) -> None:
    token = jwt.encode(
        edge.host_claims(),
        edge.host_key.private,
        algorithm="EdDSA",
        headers={"kid": "host-ed", header: ["exp"] if header == "crit" else True},
    )

    with pytest.raises(Unauthenticated):
        await edge.host_tokens.exchange(token)


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "x" * 9000, "é.é.é", "a.b.c.d.e", "\x00"])
async def test_what_is_no_token_is_refused(edge: Edge, token: str) -> None:
    with pytest.raises(Unauthenticated):
        await edge.host_tokens.exchange(token)


async def test_one_token_is_good_for_twenty_sessions_only_if_it_has_a_name(edge: Edge) -> None:
    named, unnamed = edge.host_token(jti="j-1"), edge.host_token()
    for _ in range(MAX_EXCHANGES):
        await edge.host_tokens.exchange(named)
        await edge.host_tokens.exchange(unnamed)

    await edge.host_tokens.exchange(unnamed)
    with pytest.raises(Unauthenticated, match="too often"):
        await edge.host_tokens.exchange(named)


async def test_a_forged_token_does_not_use_up_the_real_one(edge: Edge) -> None:
    forged = jwt.encode(
        edge.host_claims(jti="j-1"),
        Ed25519PrivateKey.generate(),
        algorithm="EdDSA",
        headers={"kid": "host-ed"},
    )
    for _ in range(MAX_EXCHANGES + 5):
        with pytest.raises(Unauthenticated, match="signature"):
            await edge.host_tokens.exchange(forged)

    await edge.host_tokens.exchange(edge.host_token(jti="j-1"))


async def test_without_any_configuration_it_is_not_the_tokens_fault(edge: Edge) -> None:
    edge.manifests.ready = False

    with pytest.raises(DependencyUnavailable):
        await edge.host_tokens.exchange(edge.host_token())


async def test_a_key_file_that_is_gone_refuses_the_token(edge: Edge, tmp_path: Path) -> None:
    (tmp_path / "host-ed.pub.pem").unlink()

    with pytest.raises(Unauthenticated):
        await edge.host_tokens.exchange(edge.host_token())
