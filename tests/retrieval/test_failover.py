"""One of two retrieval processes is killed while a hundred searches are under way: nobody notices."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from causeway_client import AsyncCausewayClient, CausewayClient, Options
from libs.common.call_throttle import CallThrottle
from libs.common.caller import Caller
from libs.common.clock import SystemClock
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_client import CallSigner, open_channel
from libs.common.service_tokens import ServiceTokenSource
from services.generation.__main__ import SEARCHES
from services.generation.question import Question
from services.generation.searcher_grpc import GrpcSearcher
from tests.retrieval.running_server import Keys

ROOT = Path(__file__).resolve().parents[2]
IN_FLIGHT = 100
EMBEDDING_SECONDS = 0.02
"""Two are embedded at a time: that of fifty searches takes half a second."""
PATIENCE = 60.0

Search = Callable[[str], Coroutine[Any, Any, int]]
"""Asks for something; returns how many passages were found."""
Asking = Callable[[str, Keys], AbstractAsyncContextManager[Search]]


@asynccontextmanager
async def generation(target: str, keys: Keys) -> AsyncIterator[Search]:
    """As the generation service searches."""
    clock = SystemClock()
    key, roles = keys.by_service["generation"], frozenset({"act_for", "search"})
    signer = CallSigner(ServiceTokenSource(key, "generation", "retrieval", roles, clock))
    async with open_channel(target, SEARCHES) as channel:
        stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
        searcher = GrpcSearcher(stub, signer, CallThrottle("retrieval", clock), clock)

        async def search(query: str) -> int:
            caller = Caller("generation", "acme", "visitor-1", frozenset())
            found = await searcher.search(caller, Question("q-1", "", query, ""), "", PATIENCE)
            return len(found.passages)

        yield search


@asynccontextmanager
async def client(target: str, keys: Keys) -> AsyncIterator[Search]:
    """As a team's program with an event loop searches."""
    async with AsyncCausewayClient(target, token(keys), Options(timeout=PATIENCE)) as asking:

        async def search(query: str) -> int:
            return len((await asking.search(query)).passages)

        yield search


@asynccontextmanager
async def threads(target: str, keys: Keys) -> AsyncIterator[Search]:
    """As a team's program with threads searches."""
    loop = asyncio.get_running_loop()
    with (
        CausewayClient(target, token(keys), Options(timeout=PATIENCE)) as asking,
        ThreadPoolExecutor(IN_FLIGHT) as pool,
    ):

        async def search(query: str) -> int:
            return len((await loop.run_in_executor(pool, asking.search, query)).passages)

        yield search


def token(keys: Keys) -> str:
    ((_, value),) = keys.team("acme", "search")
    return value.removeprefix("Bearer ")


async def started(folder: Path, trust: Path) -> tuple[Process, int]:
    """Starts a server; returns it with its port."""
    folder.mkdir()
    command = ("-m", "tests.retrieval.failing_over", str(folder), str(trust), str(EMBEDDING_SECONDS))
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, stdout=PIPE)
    assert process.stdout is not None
    async with asyncio.timeout(60):
        async for line in process.stdout:
            word, _, port = line.decode().partition(" ")
            if word == "port":
                return process, int(port)
    raise AssertionError("the server ended")


@pytest.mark.timeout(180)
@pytest.mark.parametrize("asking", [generation, client, threads])
async def test_a_killed_process_costs_no_search(tmp_path: Path, asking: Asking) -> None:
    keys = Keys(tmp_path)
    servers = await asyncio.gather(*(started(tmp_path / n, keys.trust_file) for n in ("one", "two")))
    (doomed, _), (other, _) = servers
    addresses = ",".join(f"127.0.0.1:{port}" for _, port in servers)
    try:
        async with asking(f"ipv4:{addresses}", keys) as search:
            # Both connections stand, and both servers know the token.
            await asyncio.gather(*(search(f"radio {number}") for number in range(8)))
            under_way = [asyncio.create_task(search(f"radio {100 + n}")) for n in range(IN_FLIGHT)]
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            before = sum(task.done() for task in under_way)
            doomed.kill()
            found = await asyncio.gather(*under_way, return_exceptions=True)
            assert [each for each in found if each != 1] == []
            assert before < IN_FLIGHT // 2
            assert await doomed.wait() == -9
            assert await search("radio 1000") == 1
            assert other.returncode is None
    finally:
        for process, _ in servers:
            if process.returncode is None:
                process.kill()
            await process.communicate()
