"""Resolving tenants' keys."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from libs.common.manifest import Tenant
from services.edge_gateway.identity_keys import IdentityKeys, UnusableKey, load_key
from tests.edge_gateway.harness import EC_KEY, HS_SECRET, RSA_KEY, Edge, bundle


def pem(key: Any) -> bytes:
    written: bytes = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return written


def tenant(**key: Any) -> Tenant:
    entry = {"kid": "k", "algorithm": "EdDSA"} | key
    return bundle(tenant={"identity": {"keys": [entry]}}).tenant


@pytest.mark.parametrize(
    ("kid", "algorithm"), [("host-ed", "EdDSA"), ("host-es", "ES256"), ("host-rs", "RS256")]
)
def test_a_key_in_a_file_is_found_by_its_name(edge: Edge, kid: str, algorithm: str) -> None:
    found = edge.identity_keys.find(bundle().tenant, kid)

    assert found is not None
    assert (found.kid, found.algorithm) == (kid, algorithm)


def test_a_secret_in_a_variable_is_found(edge: Edge) -> None:
    found = edge.identity_keys.find(bundle().tenant, "host-hs")

    assert found is not None
    assert found.key == HS_SECRET.encode()


@pytest.mark.parametrize("kid", ["unknown", "", None])
def test_a_key_that_the_tenant_does_not_name_is_not_found(edge: Edge, kid: str | None) -> None:
    assert edge.identity_keys.find(bundle().tenant, kid) is None


def test_a_file_that_changes_is_read_again(tmp_path: Path) -> None:
    keys = IdentityKeys(tmp_path, {})
    path = tmp_path / "host.pem"
    first, second = ed25519.Ed25519PrivateKey.generate(), ed25519.Ed25519PrivateKey.generate()
    path.write_bytes(pem(first))
    before = keys.find(tenant(key={"file": "host.pem"}), "k")
    assert before is keys.find(tenant(key={"file": "host.pem"}), "k")

    path.write_bytes(pem(second))
    os.utime(path, ns=(1, 1))

    after = keys.find(tenant(key={"file": "host.pem"}), "k")
    assert before is not None
    assert after is not None
    assert before.key.public_bytes_raw() != after.key.public_bytes_raw()  # type: ignore[union-attr]


@pytest.mark.parametrize("key", [{"file": "missing.pem"}, {"env": "NOT_SET"}])
def test_a_key_that_is_not_there_fails_closed(tmp_path: Path, key: dict[str, str]) -> None:
    assert IdentityKeys(tmp_path, {}).find(tenant(key=key), "k") is None


def test_a_key_that_its_algorithm_cannot_use_fails_closed(tmp_path: Path) -> None:
    (tmp_path / "host.pem").write_bytes(pem(EC_KEY))

    assert IdentityKeys(tmp_path, {}).find(tenant(key={"file": "host.pem"}), "k") is None


@pytest.mark.parametrize(
    ("algorithm", "content"),
    [
        ("EdDSA", b"nonsense"),
        ("EdDSA", b""),
        ("EdDSA", pem(EC_KEY)),
        ("EdDSA", pem(RSA_KEY)),
        ("ES256", pem(RSA_KEY)),
        ("ES256", pem(ec.generate_private_key(ec.SECP384R1()))),
        ("RS256", pem(EC_KEY)),
        ("RS256", pem(rsa.generate_private_key(65537, 1024))),
        ("HS256", b"short"),
        ("HS256", b"x" * 31),
        ("HS256", b"   " + b"x" * 31 + b"\n"),
    ],
)
def test_a_weak_or_mismatched_key_is_refused(algorithm: str, content: bytes) -> None:
    with pytest.raises(UnusableKey):
        load_key(algorithm, content)


def test_a_private_key_is_no_public_one() -> None:
    private = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(UnusableKey):
        load_key("EdDSA", private)


def test_a_secret_of_32_bytes_is_taken_without_the_line_break_around_it() -> None:
    assert load_key("HS256", b"x" * 32 + b"\n") == b"x" * 32
