"""The keys of session tokens: one that signs, and those of other edges that are honoured too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from libs.common.keys import SigningKey, encode_public, key_id, load_signing_key
from libs.common.settings import SettingsError
from libs.common.strict_jwt import VerifyKey

_SIGNING = "edge-session.key.pem"
_OTHERS = "edge-session.*.pub.pem"


class SessionKeys:
    """The key set.

    Args:
        signing: The key that this edge signs with.
        others: Public keys of the next or the previous signing key, during a rotation.
    """

    def __init__(self, signing: SigningKey, others: tuple[Ed25519PublicKey, ...] = ()) -> None:
        self.signing = signing
        public = {signing.kid: signing.public} | {key_id(key): key for key in others}
        self._public = public
        self._verify = {kid: VerifyKey(kid, "EdDSA", key) for kid, key in public.items()}

    def find(self, kid: str | None) -> VerifyKey | None:
        """Returns the key of a name."""
        return self._verify.get(kid or "")

    def jwks(self) -> dict[str, Any]:
        """Returns the public keys as a JSON Web Key Set (RFC 7517, RFC 8037)."""
        common = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig"}
        return {
            "keys": [{**common, "kid": kid, "x": encode_public(key)} for kid, key in self._public.items()]
        }


def load_session_keys(folder: Path) -> SessionKeys:
    """Reads `edge-session.key.pem`, and `edge-session.*.pub.pem` where there are any.

    Raises:
        SettingsError: A file is missing or holds something else.
    """
    others = tuple(_load_public(path) for path in sorted(folder.glob(_OTHERS)))
    return SessionKeys(load_signing_key(folder / _SIGNING), others)


def _load_public(path: Path) -> Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise SettingsError(f"The public key {path} cannot be read ({error.strerror}).") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SettingsError(f"{path} does not hold a public key in PEM form.") from None
    if not isinstance(key, Ed25519PublicKey):
        raise SettingsError(f"{path} holds a key that is not Ed25519.")
    return key
