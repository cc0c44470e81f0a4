"""Makes the keys of a development machine: one for each service, and the trust between them."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import orjson
from cryptography.hazmat.primitives import serialization

from libs.common.keys import create_signing_key, encode_public

# What each service may assert to the others; retrieval also trusts the command line.
ROLES: dict[str, tuple[str, ...]] = {
    "edge_gateway": ("act_for", "search", "insights"),
    "generation": ("act_for", "search", "insights"),
    "retrieval": (),
    "config": (),
    "insights": ("act_for", "privacy"),
    "cli": ("search", "ingest", "operate"),
}


def prepare_dev_keys(folder: Path) -> None:
    """Makes whatever is missing in the folder; keys that are there stay."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    entries = []
    for service, roles in ROLES.items():
        key = create_signing_key(folder / f"{service}.key.pem")
        entries.append(
            {"kid": key.kid, "service": service, "public_key": encode_public(key.public), "roles": roles}
        )
    _write(folder / "trust.json", orjson.dumps({"keys": entries}, option=orjson.OPT_INDENT_2))
    create_signing_key(folder / "edge-session.key.pem")
    if not (folder / "edge-query.secret").exists():
        _write(folder / "edge-query.secret", secrets.token_hex(32).encode())
    host = create_signing_key(folder / "demo-host.key.pem")
    pem = host.public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    _write(folder / "demo-host.pub.pem", pem)


def _write(path: Path, content: bytes) -> None:
    if path.exists() and path.read_bytes() == content:
        return
    partial = path.with_suffix(".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    partial.replace(path)
