"""The keys of session tokens."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from libs.common.keys import create_signing_key, encode_public
from libs.common.settings import SettingsError
from services.edge_gateway.session_keys import load_session_keys
from tests.edge_gateway.harness import EC_KEY


def write_public(path: Path, key: object) -> None:
    pem = key.public_key().public_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    path.write_bytes(pem)


def test_the_signing_key_and_the_others_are_published_and_honoured(tmp_path: Path) -> None:
    signing = create_signing_key(tmp_path / "edge-session.key.pem")
    other = create_signing_key(tmp_path / "elsewhere.key.pem")
    write_public(tmp_path / "edge-session.next.pub.pem", other.private)

    keys = load_session_keys(tmp_path)

    published = {key["kid"]: key for key in keys.jwks()["keys"]}
    assert set(published) == {signing.kid, other.kid}
    assert published[other.kid] == {
        "kty": "OKP",
        "crv": "Ed25519",
        "alg": "EdDSA",
        "use": "sig",
        "kid": other.kid,
        "x": encode_public(other.public),
    }
    for kid in published:
        found = keys.find(kid)
        assert found is not None
        assert found.algorithm == "EdDSA"


def test_a_key_that_is_not_in_the_set_is_not_found(tmp_path: Path) -> None:
    create_signing_key(tmp_path / "edge-session.key.pem")
    keys = load_session_keys(tmp_path)

    assert keys.find("unknown") is None
    assert keys.find(None) is None


def test_a_missing_signing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"edge-session\.key\.pem"):
        load_session_keys(tmp_path)


@pytest.mark.parametrize(
    "content", [b"nonsense", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"]
)
def test_a_file_that_holds_no_public_key_is_named(tmp_path: Path, content: bytes) -> None:
    create_signing_key(tmp_path / "edge-session.key.pem")
    (tmp_path / "edge-session.old.pub.pem").write_bytes(content)

    with pytest.raises(SettingsError, match=r"edge-session\.old\.pub\.pem"):
        load_session_keys(tmp_path)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    create_signing_key(tmp_path / "edge-session.key.pem")
    write_public(tmp_path / "edge-session.old.pub.pem", EC_KEY)

    with pytest.raises(SettingsError, match="not Ed25519"):
        load_session_keys(tmp_path)


def test_a_public_key_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    create_signing_key(tmp_path / "edge-session.key.pem")
    (tmp_path / "edge-session.old.pub.pem").mkdir()

    with pytest.raises(SettingsError, match="cannot be read"):
        load_session_keys(tmp_path)
