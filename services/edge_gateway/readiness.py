"""Whether the edge can serve, part by part."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from libs.common.clock import Clock
from services.edge_gateway.manifests import Manifests

PartState = Literal["ready", "stale", "missing", "unavailable"]
State = Literal["ready", "degraded", "not_ready", "draining"]

REQUIRED = ("config", "generation")
"""Without these there are no answers. Without the others there are, of a lesser kind."""

_CACHED_SECONDS = 1.0
_STALE_SECONDS = 60.0


class HealthProbe(Protocol):
    """Asks one service of the core how it is."""

    async def serving(self) -> bool:
        """Whether it takes calls; an answer comes within a second."""
        ...


@dataclass(frozen=True, slots=True)
class Report:
    """What is ready.

    Attributes:
        state: The whole.
        parts: Each part by name.
    """

    state: State
    parts: Mapping[str, PartState]

    @property
    def ready(self) -> bool:
        """Whether requests should come here."""
        return self.state in {"ready", "degraded"}


class Readiness:
    """Judges the parts; what the probes said is good for a second.

    The manifest counts as ready once one is at hand, even if the config service is away: that it goes
    on without it is the point of keeping it.
    """

    def __init__(self, manifests: Manifests, probes: Mapping[str, HealthProbe], clock: Clock) -> None:
        self._manifests = manifests
        self._probes = probes
        self._clock = clock
        self._lock = asyncio.Lock()
        self._probed: Mapping[str, PartState] = {}
        self._fresh_until = float("-inf")
        self._draining = False

    def drain(self) -> None:
        """From now on the edge is not ready: it is about to stop."""
        self._draining = True

    async def report(self) -> Report:
        """Returns the present state."""
        parts = {"config": self._config(), **await self._probe()}
        if self._draining:
            return Report("draining", parts)
        if any(parts.get(name) not in {"ready", "stale"} for name in REQUIRED):
            return Report("not_ready", parts)
        return Report("ready" if set(parts.values()) == {"ready"} else "degraded", parts)

    def _config(self) -> PartState:
        if not self._manifests.ready:
            return "missing"
        return "stale" if self._manifests.staleness() > _STALE_SECONDS else "ready"

    async def _probe(self) -> Mapping[str, PartState]:
        async with self._lock:
            if self._clock.monotonic() >= self._fresh_until:
                serving = await asyncio.gather(*(probe.serving() for probe in self._probes.values()))
                self._probed = {
                    name: "ready" if serves else "unavailable"
                    for name, serves in zip(self._probes, serving, strict=True)
                }
                self._fresh_until = self._clock.monotonic() + _CACHED_SECONDS
            return self._probed
