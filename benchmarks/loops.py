"""Sends requests in an open loop, or in a closed one."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter, process_time

from benchmarks.plan import Concurrency, Outcome, Rate, Sample, Spike

_AWAKE_SECONDS = 0.001
WAIT_SECONDS = 60.0
"""Patience with the last answers of a run."""


@dataclass(slots=True)
class Reply:
    """What became of a request; times are those of `time.perf_counter`.

    Attributes:
        first: When its first token came; NaN while none has.
        pieces: Times at which bytes came.
        error: What went wrong; empty when nothing did.
        timings: What the answer says of itself, in milliseconds.
        reduced: The answer went without a step.
        level: The level of pressure under which it was made.
    """

    first: float = math.nan
    pieces: int = 0
    error: str = ""
    timings: Mapping[str, float] = field(default_factory=dict)
    reduced: bool = False
    level: int = 0


Call = Callable[[int], Awaitable[Reply]]
"""Makes one request; the number tells which. Returns when it is over, and never raises."""


class _Run:
    def __init__(self, call: Call) -> None:
        self._call = call
        self._began = perf_counter()
        self.samples: list[Sample] = []
        self.open = 0
        self.dropped = 0

    async def request(self, number: int, due: float) -> None:
        self.open += 1
        sent = perf_counter()
        try:
            reply = await self._call(number)
        finally:
            self.open -= 1
        done = perf_counter()
        self.samples.append(
            Sample(
                late_ms=(sent - due) * 1000,
                first_ms=(reply.first - due) * 1000,
                total_ms=(done - due) * 1000,
                pieces=reply.pieces,
                error=reply.error,
                timings=reply.timings,
                due_s=due - self._began,
                reduced=reply.reduced,
                level=reply.level,
            )
        )


def due_times(load: Rate | Spike) -> Iterator[float]:
    """Yields when each request is due, in seconds after the first one."""
    if isinstance(load, Rate):
        phases = [(load.per_second, load.seconds)]
    else:
        phases = [(load.calm, load.before), (load.spike, load.during), (load.calm, load.after)]
    began = 0.0
    for per_second, seconds in phases:
        yield from (began + number / per_second for number in range(round(per_second * seconds)))
        began += seconds


async def run_at_rate(call: Call, rate: Rate | Spike, first_request: int = 0) -> Outcome:
    """Makes each request when it is due, and measures from then: a server that stalls cannot hide it.

    A request that is due while `most_open` are open is dropped and counted.
    """
    run = _Run(call)
    cpu, began = process_time(), perf_counter()
    tasks: set[asyncio.Task[None]] = set()
    for number, after in enumerate(due_times(rate)):
        due = began + after
        await _until(due)
        if run.open >= rate.most_open:
            run.dropped += 1
            continue
        task = asyncio.create_task(run.request(first_request + number, due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    _, unfinished = await asyncio.wait(tasks, timeout=WAIT_SECONDS) if tasks else (set(), set())
    for task in unfinished:
        task.cancel()
    return _outcome(run, began, cpu, len(unfinished))


async def run_concurrently(call: Call, load: Concurrency, first_request: int = 0) -> Outcome:
    """Keeps so many requests open until all have been made; each is due when one before it has ended."""
    run = _Run(call)
    cpu, began = process_time(), perf_counter()
    numbers = iter(range(first_request, first_request + load.count))

    async def one_after_another() -> None:
        for number in numbers:
            await run.request(number, perf_counter())

    await asyncio.gather(*(one_after_another() for _ in range(min(load.open, load.count))))
    return _outcome(run, began, cpu, unfinished=0)


def _outcome(run: _Run, began: float, cpu: float, unfinished: int) -> Outcome:
    never = Sample(
        0.0, math.nan, WAIT_SECONDS * 1000, error=f"not finished {WAIT_SECONDS:.0f} s after the run"
    )
    return Outcome(
        samples=(*run.samples, *[never] * unfinished),
        dropped=run.dropped,
        seconds=perf_counter() - began,
        generator_cpu_ms=(process_time() - cpu) * 1000,
    )


async def _until(due: float) -> None:
    """Sleeps, and is awake a moment before: a generator that wakes up first would be late by that."""
    left = due - perf_counter()
    await asyncio.sleep(max(0.0, left - _AWAKE_SECONDS))
    while perf_counter() < due:  # noqa: ASYNC110 - no event is as punctual
        await asyncio.sleep(0)
