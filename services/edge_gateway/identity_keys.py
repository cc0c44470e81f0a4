"""The keys that tenants sign host tokens with, resolved from references to secrets."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from libs.common.logs import logger
from libs.common.manifest import IdentityKey, SecretRef, Tenant
from libs.common.strict_jwt import VerifyKey

log = logger(__name__)

MIN_SECRET_BYTES = 32
MIN_RSA_BITS = 2048

_Stamp = tuple[int, int]


class UnusableKey(ValueError):
    """A reference leads to no key that its algorithm could use."""


class IdentityKeys:
    """Finds a tenant's keys; a file that changed is read again.

    Args:
        folder: What file references are below.
        variables: What environment references name.
    """

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        self._folder = folder
        self._variables = variables
        self._loaded: dict[IdentityKey, tuple[_Stamp, VerifyKey]] = {}

    def find(self, tenant: Tenant, kid: str | None) -> VerifyKey | None:
        """Returns the tenant's key of a name; None where there is none that can be used."""
        for declared in tenant.identity.keys:
            if declared.kid == kid:
                return self._load(tenant.tenant_id, declared)
        return None

    def _load(self, tenant_id: str, declared: IdentityKey) -> VerifyKey | None:
        try:
            stamp = self._stamp(declared.key)
            loaded = self._loaded.get(declared)
            if loaded is None or loaded[0] != stamp:
                key = load_key(declared.algorithm, self._read(declared.key))
                loaded = (stamp, VerifyKey(declared.kid, declared.algorithm, key))
                self._loaded[declared] = loaded
        except (OSError, UnusableKey) as error:
            # The tenant's fault or ours, never the visitor's; a token that cannot be checked is refused.
            log.warning("identity_key_unusable", tenant_id=tenant_id, kid=declared.kid, reason=str(error))
            return None
        return loaded[1]

    def _stamp(self, reference: SecretRef) -> _Stamp:
        if reference.env:
            return (0, 0)
        status = self._path(reference).stat()
        return (status.st_mtime_ns, status.st_size)

    def _read(self, reference: SecretRef) -> bytes:
        if not reference.env:
            return self._path(reference).read_bytes()
        if reference.env not in self._variables:
            raise UnusableKey(f"the environment variable {reference.env} is not set")
        return self._variables[reference.env].encode()

    def _path(self, reference: SecretRef) -> Path:
        # A manifest's references do not lead out of the folder: SecretRef sees to that.
        return self._folder / reference.file


def load_key(
    algorithm: str, content: bytes
) -> Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey | bytes:
    """Reads a public key in PEM form, or a shared secret for HS256.

    Raises:
        UnusableKey: It is not one that the algorithm may use: Ed25519 for EdDSA, P-256 for ES256, RSA of
            at least 2048 bits for RS256, at least 32 bytes for HS256.
    """
    if algorithm == "HS256":
        secret = content.strip()
        if len(secret) < MIN_SECRET_BYTES:
            raise UnusableKey(f"a shared secret needs {MIN_SECRET_BYTES} bytes")
        return secret
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm):
        raise UnusableKey("it is not a public key in PEM form") from None
    if algorithm == "EdDSA" and isinstance(key, Ed25519PublicKey):
        return key
    if algorithm == "ES256" and isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return key
    if algorithm == "RS256" and isinstance(key, RSAPublicKey) and key.key_size >= MIN_RSA_BITS:
        return key
    raise UnusableKey(f"it is not a key for {algorithm}")
