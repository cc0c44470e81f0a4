"""A retrieval over real parts for the tests of the published client."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_passages import example
from tests.retrieval.running_server import Running, running_server

RADIO = example("The radio needs a battery.", uri="docs/radio.md", url="https://a.example/r", tags=("radio",))
JACKETS = example("Lifejackets hang beside the door.", uri="docs/jackets.md", language="en")
BOARD = example("The board sold the radio.", uri="docs/board.md", access=("board",))
FOREIGN = example("The radio of the neighbours is new.", tenant="globex", uri="docs/radio.md")


@pytest_asyncio.fixture(loop_scope="module", scope="module")  # type: ignore[untyped-decorator]
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Retrieval that serves two tenants, for the tests of a module that run in the module's loop."""
    async with running_server(tmp_path_factory.mktemp("retrieval"), FakeEmbedder()) as server:
        await server.publish((RADIO, JACKETS, BOARD, FOREIGN))
        yield server
