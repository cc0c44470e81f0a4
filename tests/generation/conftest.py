"""What the tests of generation share."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from libs.embedding.embedder import Embedder
from libs.embedding.embedder_fastembed import open_embedder

MODELS = Path(__file__).parents[2] / ".causeway-test" / "models"


@pytest.fixture(scope="session")
def real_embedder() -> Embedder:
    """The embedder of the product."""
    return open_embedder(MODELS)


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    """Where an answer computes."""
    with ThreadPoolExecutor(1) as threads:
        yield threads
