"""Asks a retrieval service to search, as a team does that uses the published client."""

from __future__ import annotations

from time import perf_counter

from benchmarks.loops import Reply
from benchmarks.plan import SearchTarget
from benchmarks.search_calls import query_of
from benchmarks.spike_run import NOT_SENT
from causeway_client import AsyncCausewayClient, CausewayError, Options, Overloaded


class ClientCaller:
    """Makes the calls of a `SearchTarget` through several clients; each knows of its own calls only."""

    def __init__(self, target: SearchTarget) -> None:
        self._target = target
        options = Options(timeout=target.patience, connections=max(1, target.connections // target.clients))
        self._clients = [
            AsyncCausewayClient(target.address, target.token, options) for _ in range(target.clients)
        ]

    async def call(self, number: int) -> Reply:
        """Searches; an answer that lacks a step is an error, unless it may."""
        client = self._clients[number % len(self._clients)]
        try:
            found = await client.search(query_of(self._target, number))
        except CausewayError as error:
            return Reply(error=f"{_status(error)}: {error.detail}")
        reply = Reply(first=perf_counter(), pieces=1)
        reply.reduced = bool(found.degradations)
        if (reply.reduced and not self._target.reduced) or not found.passages:
            reply.error = f"{len(found.passages)} passages, degraded: {', '.join(found.degradations)}"
        return reply

    async def close(self) -> None:
        """Closes the clients."""
        for client in self._clients:
            await client.close()


def _status(error: CausewayError) -> str:
    if not isinstance(error, Overloaded):
        return error.kind.upper()
    if error.info.get("refused_by") == "client":
        return NOT_SENT
    # What gRPC itself ends carries no time to wait.
    return "CANCELLED" if error.retry_after is None else "RESOURCE_EXHAUSTED"
