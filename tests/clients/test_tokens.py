"""Tokens that the published client signs are tokens that Causeway takes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from causeway_client import SigningKeyTokens
from causeway_client.tokens import LIFETIME_SECONDS, read_token, read_token_async, tenant_of
from libs.common.keys import create_signing_key, encode_public
from libs.common.service_tokens import MAX_LIFETIME, ServiceTokenVerifier
from tests.fakes.fake_clock import FakeClock


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    create_signing_key(tmp_path / "team.key.pem")
    return tmp_path / "team.key.pem"


def verifier(folder: Path, clock: FakeClock) -> ServiceTokenVerifier:
    key = create_signing_key(folder / "team.key.pem")
    entry = {"kid": key.kid, "service": "team", "tenant": "acme", "roles": ["search"]}
    entry["public_key"] = encode_public(key.public)
    (folder / "trust.json").write_text(json.dumps({"keys": [entry]}))
    return ServiceTokenVerifier("retrieval", folder / "trust.json", clock)


@pytest.mark.parametrize("as_text", [False, True])
def test_a_signed_token_says_who_calls_and_what_for(key_file: Path, as_text: bool) -> None:
    clock = FakeClock()
    key = key_file.read_text() if as_text else key_file
    tokens = SigningKeyTokens(key, service="team", tenant="acme", access=["board"], clock=clock.now)

    identity = verifier(key_file.parent, clock).verify(tokens())

    assert (identity.service, identity.tenant) == ("team", "acme")
    assert identity.roles == {"search"}
    assert identity.access == {"board"}


def test_a_token_is_kept_and_renewed_before_its_end(key_file: Path) -> None:
    clock = FakeClock()
    tokens = SigningKeyTokens(key_file, service="team", tenant="acme", clock=clock.now)
    first = tokens()
    clock.advance(LIFETIME_SECONDS * 0.8)
    assert tokens() == first

    clock.advance(LIFETIME_SECONDS * 0.1)
    second = tokens()
    clock.advance(LIFETIME_SECONDS * 0.5)

    assert second != first
    assert verifier(key_file.parent, clock).verify(second).service == "team"


def test_tokens_live_no_longer_than_the_service_allows() -> None:
    assert LIFETIME_SECONDS <= MAX_LIFETIME


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(TypeError, match="Ed25519"):
        SigningKeyTokens(other.decode(), service="team", tenant="acme")


async def test_a_token_may_be_a_text_or_come_from_a_function() -> None:
    async def later() -> str:
        return "c"

    assert (read_token("a"), read_token(lambda: "b")) == ("a", "b")
    assert [await read_token_async(source) for source in ("a", lambda: "b", later)] == ["a", "b", "c"]


def test_a_token_tells_whose_it_is(key_file: Path) -> None:
    assert tenant_of(SigningKeyTokens(key_file, service="team", tenant="änä & co")()) == "änä & co"


@pytest.mark.parametrize(
    "text", ["", "opaque", "a.b.c", "e30.W10.x", "e30.%%.x", "e30.bnVsbA.x", "e30.gICA.x"]
)
def test_a_text_that_is_no_token_stands_for_itself(text: str) -> None:
    assert tenant_of(text) == text


def test_a_token_of_no_tenant_names_none() -> None:
    assert tenant_of("e30.e30.x") == ""
