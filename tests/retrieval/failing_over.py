"""A retrieval server in a process of its own, for tests that kill it.

Called with a folder, a trust file and seconds, it prints `port` and its port; each embedding takes so long.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.spike_service import Unprotected
from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.clock import SystemClock
from libs.embedding.embedder import Vectors
from services.retrieval.__main__ import search_parts
from services.retrieval.search import SearchParts
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval import running_server as server_module
from tests.retrieval.example_passages import example
from tests.retrieval.running_server import running_server


class SlowEmbedder(FakeEmbedder):
    """Takes its time for a query."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds
        self._never = threading.Event()

    def embed_query(self, text: str) -> Vectors:
        """Embeds after a while."""
        self._never.wait(self._seconds)
        return super().embed_query(text)


def unhurried(make: Callable[..., SearchParts], *arguments: Any) -> SearchParts:
    """The parts of a search that is never refused for its waiting: how fast the machine is must not matter."""
    return replace(make(*arguments), admission=Unprotected("search", AdaptiveLimit(), SystemClock()))


async def serve(folder: Path, trust: Path, seconds: float) -> None:
    """Serves until it is killed."""
    async with running_server(folder, SlowEmbedder(seconds), trust) as server:
        await server.publish([example("The radio needs a battery.", tenant="acme")])
        print("port", server.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    server_module.search_parts = partial(unhurried, search_parts)  # type: ignore[attr-defined]
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])))
