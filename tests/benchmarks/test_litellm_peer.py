from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import litellm_peer
from benchmarks.litellm_peer import PeerUnavailable, install


def test_a_peer_that_cannot_be_installed_is_missing_for_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(litellm_peer, "_with_mirror", dict)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    with pytest.raises(PeerUnavailable, match="uv cannot be run"):
        install(tmp_path / "venv", "1.0")


def test_a_peer_that_is_there_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    command = tmp_path / "venv" / "bin" / "litellm"
    command.parent.mkdir(parents=True)
    command.touch()
    (tmp_path / "venv" / "litellm-1.0.installed").touch()

    assert install(tmp_path / "venv", "1.0") == command
