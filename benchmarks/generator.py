"""The load generator's process: reads a plan from standard input, writes the outcome to standard output."""

from __future__ import annotations

import argparse
import asyncio
import gc
import selectors
import sys
from typing import Protocol

from benchmarks.cores import pin
from benchmarks.http_stream import StreamCaller
from benchmarks.loops import Reply, run_at_rate, run_concurrently
from benchmarks.plan import Outcome, Plan, Rate, Spike, StreamTarget, Target


class Caller(Protocol):
    """Makes the requests of a target."""

    async def call(self, number: int) -> Reply:
        """Makes one request and returns what became of it."""
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...


async def carry_out(plan: Plan) -> Outcome:
    """Does what a plan says."""
    caller = _caller(plan.target)
    try:
        if isinstance(plan.load, Rate | Spike):
            return await run_at_rate(caller.call, plan.load, plan.first_request)
        return await run_concurrently(caller.call, plan.load, plan.first_request)
    finally:
        await caller.close()


def _caller(target: Target) -> Caller:
    if isinstance(target, StreamTarget):
        return StreamCaller(target)
    # Imported here: gRPC takes half a second that HTTP need not pay.
    if target.clients:
        from benchmarks.client_calls import ClientCaller

        return ClientCaller(target)
    from benchmarks.search_calls import SearchCaller

    return SearchCaller(target)


def main() -> None:
    """Carries out the plan."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--core", type=int)
    pin(parser.parse_args().core)
    plan = Plan.from_json(sys.stdin.buffer.read())
    gc.disable()  # a run is short, and a collection would look like a slow answer
    # select() waits to the microsecond; epoll rounds up to the next millisecond.
    loop = asyncio.SelectorEventLoop(selectors.SelectSelector())
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        outcome = runner.run(carry_out(plan))
    sys.stdout.buffer.write(outcome.to_json())


if __name__ == "__main__":
    main()
