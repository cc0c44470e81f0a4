"""Counts what the processes hold, and looks for what they must not tell."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.hostile_world import World

SLACK = 5
"""More than before that may be held: a thread's descriptor, a task between two turns."""

_MODULES: Mapping[str, str] = {
    "EDGE": "services.edge_gateway",
    "RETRIEVAL": "services.retrieval",
    "INGEST": "services.retrieval.worker",
    "GENERATION": "services.generation",
    "CONFIG": "services.config",
    "INSIGHTS": "services.insights",
}
_TASKS = "causeway_asyncio_tasks "


@dataclass(frozen=True)
class Held:
    """What one process holds."""

    pid: int
    files: int
    tasks: int


def held(world: World) -> dict[str, Held]:
    """Open files and asyncio tasks of each process, by name."""
    pids, metrics = world.stack.service_pids(), world.metrics()
    return {
        name: Held(pids[module], _files(pids[module]), _tasks(metrics[name]))
        for name, module in _MODULES.items()
    }


async def settled(world: World, before: Mapping[str, Held], seconds: float = 20.0) -> dict[str, str]:
    """Waits until every process holds what it held before; returns those that do not, and how much."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        now = await asyncio.to_thread(held, world)
        more = {
            name: f"{before[name]} -> {now[name]}" for name in before if _is_more(before[name], now[name])
        }
        if not more or asyncio.get_running_loop().time() > deadline:
            return more
        await asyncio.sleep(0.25)


def _is_more(before: Held, now: Held) -> bool:
    restarted = before.pid != now.pid
    return restarted or now.files > before.files + SLACK or now.tasks > before.tasks + SLACK


def _files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _tasks(metrics: str) -> int:
    line = next(line for line in metrics.splitlines() if line.startswith(_TASKS))
    return int(float(line.removeprefix(_TASKS)))


def faults(world: World) -> Iterator[str]:
    """What the logs say of faults: an error that a process tells of itself, or a trace of a program's."""
    for name, text in world.logs().items():
        for line in text.splitlines():
            try:
                record = json.loads(line)
            except ValueError:
                record = {}
            if (
                record.get("level") in {"error", "critical"}
                or "Traceback" in line
                or "never retrieved" in line
            ):
                yield f"{name}: {line[:3000]}"


def told(world: World) -> Iterator[str]:
    """Secrets that stand in a log, a metric or a refusal, each with where."""
    places = {f"log {name}": text for name, text in world.logs().items()}
    places |= {f"metrics of {name}": text for name, text in world.metrics().items()}
    places["what `causeway up` printed"] = world.stack.output
    places["refusals"] = b"\n".join(world.refusals).decode("utf-8", "replace")
    for secret in world.secrets | {world.demo.canary, world.rival.canary, *_key_material(world.keys)}:
        yield from (f"{secret[:40]} in {place}" for place, text in places.items() if secret in text)


def _key_material(folder: Path) -> Iterator[str]:
    """The middles of the private keys, and the shared secret."""
    for path in folder.glob("*.key.pem"):
        yield path.read_text().splitlines()[1]
    yield (folder / "edge-query.secret").read_text().strip()
