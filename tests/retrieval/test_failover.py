"""One of two retrieval processes is killed while a hundred searches are under way."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_client import open_channel
from services.generation.__main__ import SEARCHES
from tests.retrieval.running_server import Keys

ROOT = Path(__file__).resolve().parents[2]
BEING_ANSWERED = 5
"""Searches whose answer may have been on its way at that moment."""
IN_FLIGHT = 100
EMBEDDING_SECONDS = 0.02
"""Two are embedded at a time: that of fifty searches takes half a second."""


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
async def test_a_killed_process_costs_no_search_but_those_whose_answer_had_begun(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    servers = await asyncio.gather(*(started(tmp_path / n, keys.trust_file) for n in ("one", "two")))
    (doomed, _), (other, _) = servers
    addresses = ",".join(f"127.0.0.1:{port}" for _, port in servers)
    metadata = keys.visitor("acme")
    try:
        async with open_channel(f"ipv4:{addresses}", SEARCHES) as channel:
            stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]

            async def search(number: int) -> int:
                request = pb.SearchRequest(query=f"radio {number}", include_text=True)
                response = await stub.Search(request, metadata=metadata, timeout=60)
                return len(response.passages)

            # Both connections stand, and both servers know the token.
            await asyncio.gather(*(search(number) for number in range(8)))
            under_way = [asyncio.create_task(search(100 + number)) for number in range(IN_FLIGHT)]
            await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
            before = sum(task.done() for task in under_way)
            doomed.kill()
            found = await asyncio.gather(*under_way, return_exceptions=True)
            lost = [each for each in found if each != 1]
            # gRPC makes no call again whose answer had begun to arrive: its metadata are sent before it.
            assert all("Stream removed" in str(each) for each in lost), lost
            assert len(lost) <= BEING_ANSWERED
            assert before < IN_FLIGHT // 2
            assert await doomed.wait() == -9
            assert await search(1000) == 1
            assert other.returncode is None
    finally:
        for process, _ in servers:
            if process.returncode is None:
                process.kill()
            await process.communicate()
