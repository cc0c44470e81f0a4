"""Asks a retrieval service to search, as the generation service does."""

from __future__ import annotations

from time import perf_counter

import grpc

from benchmarks.loops import Reply
from benchmarks.plan import SearchTarget
from libs.common.pb.retrieval.v1 import retrieval_pb2, retrieval_pb2_grpc
from libs.common.pressure import told_level
from libs.common.rpc_client import open_channel


def query_of(target: SearchTarget, number: int) -> str:
    """What a request asks."""
    query = target.queries[number % len(target.queries)]
    return f"{query} {number}" if target.unique else query


class SearchCaller:
    """Makes the calls of a `SearchTarget` over its connections."""

    def __init__(self, target: SearchTarget) -> None:
        self._target = target
        self._metadata = (("authorization", f"Bearer {target.token}"),)
        # As many clients have it: one connection carries a hundred calls at a time, and no more.
        self._channels = [open_channel(target.address) for _ in range(target.connections)]
        self._stubs = [
            retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
            for channel in self._channels
        ]

    async def call(self, number: int) -> Reply:
        """Searches; an answer that lacks a step is an error."""
        request = retrieval_pb2.SearchRequest(query=query_of(self._target, number), include_text=True)
        try:
            call = self._stubs[number % len(self._stubs)].Search(
                request, metadata=self._metadata, timeout=self._target.patience
            )
            response, told = await call, await call.initial_metadata()
        except grpc.aio.AioRpcError as error:
            return Reply(error=f"{error.code().name}: {error.details()}")
        reply = Reply(first=perf_counter(), pieces=1)
        reply.reduced = bool(response.degradations)
        reply.level = told_level(told)
        if (reply.reduced and not self._target.reduced) or not response.passages:
            reply.error = f"{len(response.passages)} passages, degraded: {', '.join(response.degradations)}"
        timings = response.timings
        reply.timings = {
            "embed": timings.embed_ms,
            "search": timings.search_ms,
            "fuse": timings.fuse_ms,
            "total": timings.total_ms,
        }
        return reply

    async def close(self) -> None:
        """Closes the connections."""
        for channel in self._channels:
            await channel.close()
