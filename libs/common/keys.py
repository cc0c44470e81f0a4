"""Ed25519 keys in files: made, loaded, and named by their content."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from libs.common.settings import SettingsError


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its name.

    Attributes:
        kid: The first 16 hexadecimal digits of the SHA-256 of the raw public key.
        private: The key.
    """

    kid: str
    private: Ed25519PrivateKey

    def secret_for(self, purpose: str) -> bytes:
        """Derives a secret of 32 bytes, another one for every purpose; it does not lead back to the key.

        Whoever holds the same key derives the same secret.
        """
        return hmac.digest(self.private.private_bytes_raw(), purpose.encode(), hashlib.sha256)

    @property
    def public(self) -> Ed25519PublicKey:
        """The public half."""
        return self.private.public_key()


def key_id(public: Ed25519PublicKey) -> str:
    """Names a key by its content."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:16]


def load_signing_key(path: Path) -> SigningKey:
    """Reads a PKCS #8 PEM file.

    Raises:
        SettingsError: It is missing or not an Ed25519 key.
    """
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise SettingsError(f"The signing key {path} cannot be read ({error.strerror}).") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise SettingsError(f"{path} does not hold a private key in PEM form.") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise SettingsError(f"{path} holds a key that is not Ed25519.")
    return SigningKey(key_id(private.public_key()), private)


def create_signing_key(path: Path) -> SigningKey:
    """Makes a key and writes it for its owner's eyes only; keeps one that is there already."""
    if path.exists():
        return load_signing_key(path)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(".partial", dir=path.parent)  # its owner alone may read it
    partial = Path(name)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
    try:
        os.link(partial, path)
    except FileExistsError:
        pass  # another process was faster, and its key counts
    except OSError:
        partial.replace(path)  # a file system without hard links
    finally:
        partial.unlink(missing_ok=True)
    return load_signing_key(path)


def encode_public(public: Ed25519PublicKey) -> str:
    """Writes a public key as base64url without padding, as a JWK's `x` is."""
    return base64.urlsafe_b64encode(public.public_bytes_raw()).rstrip(b"=").decode()


def decode_public(text: str) -> Ed25519PublicKey:
    """Reads what `encode_public` wrote.

    Raises:
        ValueError: It is not 32 bytes of base64url.
    """
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    return Ed25519PublicKey.from_public_bytes(raw)
