"""The keys of a development machine."""

from __future__ import annotations

from pathlib import Path

from cli.dev_keys import ROLES, prepare_dev_keys
from libs.common.service_tokens import load_trust


def test_every_service_gets_a_key_and_its_roles(tmp_path: Path) -> None:
    prepare_dev_keys(tmp_path / "keys")

    trust = load_trust(tmp_path / "keys" / "trust.json")
    assert {entry.service: entry.roles for entry in trust.values()} == {
        service: frozenset(roles) for service, roles in ROLES.items()
    }


def test_private_files_are_for_their_owner_only(tmp_path: Path) -> None:
    prepare_dev_keys(tmp_path / "keys")

    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "keys").iterdir()}
    assert modes == {0o600}
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700


def test_keys_that_are_there_stay(tmp_path: Path) -> None:
    prepare_dev_keys(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    prepare_dev_keys(tmp_path)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
