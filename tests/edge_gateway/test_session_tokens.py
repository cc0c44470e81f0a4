"""The edge's own tokens."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import jwt
import pytest

from libs.common.caller import Privacy
from libs.common.errors import Unauthenticated
from libs.common.keys import create_signing_key
from services.edge_gateway.session_keys import SessionKeys
from services.edge_gateway.session_tokens import AUDIENCE, ISSUER, SessionTokens
from tests.edge_gateway.harness import Edge

DAY = 24 * 3600


def test_a_session_comes_back_as_it_was(edge: Edge) -> None:
    session = edge.session(privacy=Privacy(history=False, memory=True), origin="https://a.example")

    assert edge.tokens.verify(edge.tokens.sign(session)) == session


def test_the_token_carries_the_published_claims(edge: Edge) -> None:
    token = edge.token(origin="https://a.example")

    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) == {
        *("iss", "aud", "sub", "tenant_id", "plan", "access", "locale", "privacy", "region", "origin"),
        *("sid", "auth_time", "iat", "exp"),
    }
    assert (claims["iss"], claims["aud"]) == (ISSUER, AUDIENCE)
    assert jwt.get_unverified_header(token)["kid"] == edge.session_keys.signing.kid


def test_a_token_is_honoured_to_its_end_and_a_minute_more(edge: Edge) -> None:
    token = edge.token()
    edge.clock.advance(900 + 60)
    assert edge.tokens.verify(token).subject == "ana"

    edge.clock.advance(1)
    with pytest.raises(Unauthenticated, match="expired"):
        edge.tokens.verify(token)


def test_a_token_that_was_never_seen_before_its_end_is_refused_after_it(edge: Edge) -> None:
    token = edge.token()
    edge.clock.advance(961)

    with pytest.raises(Unauthenticated, match="expired"):
        edge.tokens.verify(token)


def test_an_anonymous_visitor_renews_for_thirty_days_and_a_named_one_for_a_minute(edge: Edge) -> None:
    anonymous, named = edge.token(subject="anon:x"), edge.token()
    edge.clock.advance(900 + 61)
    with pytest.raises(Unauthenticated, match="expired"):
        edge.tokens.verify_for_renewal(named)
    with pytest.raises(Unauthenticated, match="expired"):
        edge.tokens.verify(anonymous)

    edge.clock.advance(30 * DAY - 61)
    assert edge.tokens.verify_for_renewal(anonymous).subject == "anon:x"
    edge.clock.advance(1)
    with pytest.raises(Unauthenticated, match="expired"):
        edge.tokens.verify_for_renewal(anonymous)


def test_a_token_of_another_key_is_refused_until_that_key_is_in_the_set(edge: Edge, tmp_path: Path) -> None:
    other = create_signing_key(tmp_path / "other.key.pem")
    token = SessionTokens(SessionKeys(other), edge.clock).sign(edge.session())
    with pytest.raises(Unauthenticated, match="not known here"):
        edge.tokens.verify(token)

    both = SessionKeys(edge.session_keys.signing, (other.public,))
    assert SessionTokens(both, edge.clock).verify(token).subject == "ana"


@pytest.mark.parametrize(
    "changes",
    [{"aud": "causeway"}, {"iss": "somebody"}, {"sid": None}, {"auth_time": None}, {"exp": None}],
)
def test_a_token_with_other_claims_is_refused_though_the_key_is_right(
    edge: Edge, changes: dict[str, Any]
) -> None:
    claims = jwt.decode(edge.token(), options={"verify_signature": False}) | changes
    key = edge.session_keys.signing
    wanted = {name: value for name, value in claims.items() if value is not None}
    token = jwt.encode(wanted, key.private, algorithm="EdDSA", headers={"kid": key.kid})

    with pytest.raises(Unauthenticated):
        edge.tokens.verify(token)


def test_no_token_with_one_bit_changed_is_believed(edge: Edge) -> None:
    token = edge.token()
    parts = [base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in token.split(".")]

    for index, part in enumerate(parts):
        for bit in range(0, len(part) * 8, 3):
            forged = bytearray(part)
            forged[bit // 8] ^= 1 << (bit % 8)
            changed = [*parts[:index], bytes(forged), *parts[index + 1 :]]
            written = ".".join(base64.urlsafe_b64encode(p).rstrip(b"=").decode() for p in changed)
            with pytest.raises(Unauthenticated):
                edge.tokens.verify(written)


def test_a_session_whose_token_would_be_too_long_is_refused(edge: Edge) -> None:
    tags = frozenset(f"{number:03d}-{'x' * 200}" for number in range(60))

    with pytest.raises(Unauthenticated, match="fewer access tags"):
        edge.token(access=tags)


def test_the_memory_of_verified_tokens_is_bounded(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.edge_gateway.session_tokens._CACHED_TOKENS", 3)

    for number in range(10):
        edge.tokens.verify(edge.token(sid=f"s_{number}"))

    assert len(edge.tokens._known) <= 3
