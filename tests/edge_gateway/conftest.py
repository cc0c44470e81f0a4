"""What the tests of the edge share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.edge_gateway.harness import Edge


@pytest.fixture
def edge(tmp_path: Path) -> Edge:
    return Edge(tmp_path)
