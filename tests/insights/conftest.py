"""What the tests of the insights service share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.common.keyring import Keyring
from tests.fakes.fake_clock import FakeClock

MIGRATIONS = Path(__file__).parents[2] / "services" / "insights" / "migrations" / "sqlite"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def keyring(tmp_path: Path, clock: FakeClock) -> Keyring:
    folder = tmp_path / "keys"
    folder.mkdir()
    return Keyring(folder, clock)
