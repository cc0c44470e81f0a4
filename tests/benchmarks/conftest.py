"""A folder for benchmarks that shares the tests' embedding model."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.stack import MODELS


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the benchmarks keep their data."""
    root = tmp_path_factory.mktemp("bench")
    MODELS.mkdir(parents=True, exist_ok=True)
    (root / "models").symlink_to(MODELS, target_is_directory=True)
    return root
