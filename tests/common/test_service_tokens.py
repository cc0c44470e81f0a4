"""Service tokens and the trust file."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from libs.common import service_tokens, strict_jwt
from libs.common.errors import Unauthenticated
from libs.common.keys import create_signing_key, encode_public
from libs.common.service_tokens import (
    MAX_LIFETIME,
    ServiceTokenSource,
    ServiceTokenVerifier,
    load_trust,
    sign_service_token,
)
from libs.common.settings import SettingsError
from tests.common.keyring import Keyring
from tests.fakes.fake_clock import FakeClock


@pytest.fixture
def edge(keyring: Keyring) -> Keyring:
    keyring.add("edge", ["act_for", "search"])
    return keyring


def test_a_token_says_who_signed_it_and_what_they_may_do(edge: Keyring) -> None:
    identity = edge.verifier("probe").verify(edge.token("edge", "probe", ["search"]))
    assert (identity.service, sorted(identity.roles), identity.tenant) == ("edge", ["search"], None)


def test_a_bound_token_carries_its_tenant_and_access(edge: Keyring) -> None:
    token = edge.token("edge", "probe", ["search"], tenant="demo", access=["hr", "it"])
    identity = edge.verifier("probe").verify(token)
    assert (identity.tenant, sorted(identity.access)) == ("demo", ["hr", "it"])


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "other"},
        {"aud": ["other", "another"]},
        {"aud": None},
        {"sub": "somebody"},
        {"sub": None},
        {"roles": ["operate"]},
        {"roles": "search"},
        {"roles": [1]},
        {"roles": None},
        {"exp": None},
        {"iat": None},
        {"exp": "soon"},
        {"exp": True},
        {"iat": 1},
        {"nbf": 99_999_999_999},
        {"tenant_id": ""},
        {"tenant_id": 7},
        {"tenant_id": ["demo"]},
        {"access": "hr"},
        {"access": [None]},
    ],
    ids=str,
)
def test_a_token_with_a_claim_out_of_place_is_refused(edge: Keyring, claims: dict[str, Any]) -> None:
    verifier = edge.verifier("probe")
    verifier.verify(edge.forge("edge"))
    with pytest.raises(Unauthenticated):
        verifier.verify(edge.forge("edge", **claims))


def test_a_token_for_several_services_holds_at_each(edge: Keyring) -> None:
    assert edge.verifier("probe").verify(edge.forge("edge", aud=["config", "probe"])).service == "edge"


def test_a_token_that_lives_too_long_is_refused(edge: Keyring, clock: FakeClock) -> None:
    token = sign_service_token(edge.key("edge"), "edge", "probe", frozenset(), clock.now(), MAX_LIFETIME + 1)
    with pytest.raises(Unauthenticated, match="lives longer"):
        edge.verifier("probe").verify(token)


def test_a_key_may_not_be_used_under_another_keys_name(edge: Keyring, clock: FakeClock) -> None:
    thief = create_signing_key(edge.folder / "thief.pem")
    claims = jwt.decode(edge.token("edge", "probe"), options={"verify_signature": False})
    token = jwt.encode(claims, thief.private, algorithm="EdDSA", headers={"kid": edge.key("edge").kid})
    with pytest.raises(Unauthenticated, match="signature"):
        edge.verifier("probe").verify(token)


@pytest.mark.parametrize("headers", [{}, {"kid": ""}, {"kid": "unknown"}])
def test_a_token_must_name_a_key_that_is_trusted(edge: Keyring, headers: dict[str, str]) -> None:
    claims = jwt.decode(edge.token("edge", "probe"), options={"verify_signature": False})
    token = jwt.encode(claims, edge.key("edge").private, algorithm="EdDSA", headers=headers)
    with pytest.raises(Unauthenticated, match="not known"):
        edge.verifier("probe").verify(token)


def test_a_token_is_verified_once_and_refused_when_it_expires(
    edge: Keyring, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []

    def counting(token: str, *rest: Any) -> dict[str, Any]:
        verified.append(token)
        return real(token, *rest)

    real = strict_jwt.verify
    monkeypatch.setattr(service_tokens, "verify", counting)
    verifier, token = edge.verifier("probe"), edge.token("edge", "probe")
    for _ in range(100):
        verifier.verify(token)
    assert len(verified) == 1
    clock.advance(661)
    with pytest.raises(Unauthenticated, match="expired"):
        verifier.verify(token)


def test_only_a_token_that_was_verified_is_recognised(edge: Keyring, clock: FakeClock) -> None:
    verifier, token = edge.verifier("generation"), edge.token("edge", "generation")
    assert verifier.recognised(token) is None
    identity = verifier.verify(token)
    assert verifier.recognised(token) == identity
    clock.advance(601)
    assert verifier.recognised(token) is None


def test_the_cache_of_verified_tokens_is_bounded(
    edge: Keyring, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_tokens, "_CACHED_TOKENS", 8)
    verifier = edge.verifier("probe")
    for _ in range(30):
        clock.advance(1)
        verifier.verify(edge.token("edge", "probe"))
        assert len(verifier._known) <= 8


def test_a_new_key_is_accepted_within_a_second(edge: Keyring, clock: FakeClock) -> None:
    verifier = edge.verifier("probe")
    edge.add("generation", ["act_for"])
    token = edge.token("generation", "probe")
    with pytest.raises(Unauthenticated):
        verifier.verify(token)
    clock.advance(1.0)
    assert verifier.verify(token).service == "generation"


def test_a_key_that_is_taken_out_ends_its_cached_tokens_too(edge: Keyring, clock: FakeClock) -> None:
    verifier, token = edge.verifier("probe"), edge.token("edge", "probe")
    verifier.verify(token)
    edge.forget("edge")
    clock.advance(1.0)
    with pytest.raises(Unauthenticated):
        verifier.verify(token)


def _delete(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize(
    "damage",
    [
        _delete,
        lambda path: path.write_text("{"),
        lambda path: path.write_text(""),
        lambda path: path.write_bytes(b"\xff\xfe\x00"),
        lambda path: path.write_text('{"keys": [{}]}'),
        lambda path: (path.unlink(), path.mkdir()),
    ],
    ids=["deleted", "cut off", "empty", "binary", "no fields", "a folder"],
)
def test_a_broken_trust_file_leaves_the_last_good_keys_in_force(
    edge: Keyring, clock: FakeClock, damage: Callable[[Path], object]
) -> None:
    verifier, token = edge.verifier("probe"), edge.token("edge", "probe")
    damage(edge.trust_file)
    clock.advance(5.0)
    assert verifier.verify(token).service == "edge"

    if edge.trust_file.is_dir():
        edge.trust_file.rmdir()
    edge.add("generation", ["act_for"])
    clock.advance(1.0)
    assert verifier.verify(edge.token("generation", "probe")).service == "generation"


def test_a_trust_file_that_is_missing_at_the_start_is_a_settings_error(
    tmp_path: Path, clock: FakeClock
) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        ServiceTokenVerifier("probe", tmp_path / "trust.json", clock)


def _good(tmp_path: Path) -> dict[str, Any]:
    key = create_signing_key(tmp_path / "k.pem")
    return {"kid": "a", "service": "edge", "public_key": encode_public(key.public), "roles": ["search"]}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"roles": ["king"]}, "unknown roles"),
        ({"roles": [1]}, "unknown roles"),
        ({"roles": "search"}, "roles must be a list"),
        ({"kid": ""}, "must be words"),
        ({"kid": 5}, "must be words"),
        ({"service": None}, "must be words"),
        ({"tenant": ""}, "must be words"),
        ({"tenant": ["demo"]}, "must be words"),
        ({"public_key": "AAAA"}, "not valid"),
        ({"public_key": 5}, "not valid"),
    ],
    ids=str,
)
def test_a_wrong_entry_is_refused_with_the_reason(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    path = tmp_path / "trust.json"
    path.write_text(json.dumps({"keys": [_good(tmp_path) | change]}))
    with pytest.raises(SettingsError, match=reason):
        load_trust(path)


@pytest.mark.parametrize("content", ["[]", "null", "5", '{"keys": 5}', '{"keys": ["x"]}', "[" * 100_000])
def test_a_document_of_another_shape_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "trust.json"
    path.write_text(content)
    with pytest.raises(SettingsError, match="not valid"):
        load_trust(path)


def test_two_keys_of_one_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "trust.json"
    path.write_text(json.dumps({"keys": [_good(tmp_path), _good(tmp_path)]}))
    with pytest.raises(SettingsError, match="same kid"):
        load_trust(path)


def test_a_source_signs_again_before_its_token_ends(edge: Keyring, clock: FakeClock) -> None:
    source = ServiceTokenSource(edge.key("edge"), "edge", "probe", frozenset(), clock, lifetime=600)
    first = source.token()
    clock.advance(499)
    assert source.token() == first
    clock.advance(1)
    second = source.token()
    assert second != first
    assert edge.verifier("probe").verify(second).expires == pytest.approx(clock.now() + 600)
