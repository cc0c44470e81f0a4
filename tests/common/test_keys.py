"""Ed25519 keys in files."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from libs.common.keys import (
    create_signing_key,
    decode_public,
    encode_public,
    key_id,
    load_signing_key,
)
from libs.common.settings import SettingsError


def test_a_key_is_made_once_and_found_again(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "edge.key.pem"
    made = create_signing_key(path)
    assert create_signing_key(path).kid == made.kid == load_signing_key(path).kid == key_id(made.public)
    assert [file.name for file in path.parent.iterdir()] == ["edge.key.pem"]


def test_a_key_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    path = tmp_path / "edge.key.pem"
    create_signing_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_key_gives_a_secret_of_its_own_for_every_purpose(tmp_path: Path) -> None:
    first, again = (create_signing_key(tmp_path / "a.key.pem").secret_for("pages") for _ in range(2))
    assert first == again
    assert len(first) == 32
    others = {
        create_signing_key(tmp_path / "a.key.pem").secret_for("cookies"),
        create_signing_key(tmp_path / "b.key.pem").secret_for("pages"),
    }
    assert len(others | {first}) == 3


def test_makers_that_race_end_with_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "edge.key.pem"
    with ThreadPoolExecutor(8) as pool:
        kids = {key.kid for key in pool.map(create_signing_key, [path] * 32)}
    assert kids == {load_signing_key(path).kid}


def test_a_public_key_survives_being_written() -> None:
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    assert key_id(decode_public(encode_public(public))) == key_id(public)
    assert len(key_id(public)) == 16


@pytest.mark.parametrize("text", ["", "AAAA", "A" * 44, "!" * 43, "A" * 42 + "é", "A" * 42 + "\n", "A" * 41])
def test_what_is_no_public_key_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decode_public(text)


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"edge\.key\.pem cannot be read"):
        load_signing_key(tmp_path / "edge.key.pem")


@pytest.mark.parametrize("content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n", b"\xff\x00"])
def test_a_file_that_holds_no_key_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "edge.key.pem"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="does not hold a private key"):
        load_signing_key(path)


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "edge.key.pem"
    path.write_bytes(_pem(ec.generate_private_key(ec.SECP256R1())))
    with pytest.raises(SettingsError, match="not Ed25519"):
        load_signing_key(path)


def test_a_key_behind_a_password_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "edge.key.pem"
    locked = serialization.BestAvailableEncryption(b"password")
    path.write_bytes(_pem(ed25519.Ed25519PrivateKey.generate(), locked))
    with pytest.raises(SettingsError, match="does not hold a private key"):
        load_signing_key(path)


def _pem(
    key: ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey,
    encryption: serialization.KeySerializationEncryption | None = None,
) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        encryption or serialization.NoEncryption(),
    )
