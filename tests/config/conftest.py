"""What the tests of the config service share."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.common.keyring import Keyring
from tests.fakes.fake_clock import FakeClock

EXAMPLES = Path(__file__).parent / "examples"


@pytest.fixture
def minimal(tmp_path: Path) -> Path:
    """A manifest repository of the test's own, valid, with the tenant `demo`."""
    return Path(shutil.copytree(EXAMPLES / "pass" / "minimal", tmp_path / "manifests"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keyring(tmp_path: Path, clock: FakeClock) -> Keyring:
    folder = tmp_path / "keys"
    folder.mkdir()
    return Keyring(folder, clock)
