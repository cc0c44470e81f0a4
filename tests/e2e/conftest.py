"""One running stack for the tests that only read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.stack import Stack, running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A started stack over the small corpus."""
    with running(Stack(tmp_path_factory.mktemp("stack"))) as started:
        yield started
