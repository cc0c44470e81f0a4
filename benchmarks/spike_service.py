"""The retrieval service with another desk in front of its searches: what one would do without ours.

Usage: python -m benchmarks.spike_service causeway | full | cap | open
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.admission import Admission, Ask, Place
from libs.common.clock import SystemClock
from libs.common.errors import Overloaded
from libs.common.rpc_server import ServerSpec
from services.retrieval import __main__ as service
from services.retrieval.search import SearchParts

CAP = 64
"""Searches at a time under the plain cap, the usual advice of so many a core."""


class FullQuality(Admission):
    """Ours, but it never degrades: it admits what it can do in full, and turns the rest away."""

    def level_of(self, ask: Ask, waited: float = 0.0) -> int:
        """Returns 0."""
        return 0

    def require_room(self, ask: Ask) -> None:
        """Refuses what would wait too long for work in full."""
        super().require_room(_whole(ask))

    async def enter(self, ask: Ask) -> Place:
        """Lets the work begin when its turn comes; whoever waits, waits for work in full."""
        return await super().enter(_whole(ask))


def _whole(ask: Ask) -> Ask:
    whole = ask.kinds[0]
    return replace(ask, kinds=(whole, whole, whole, whole))


class PlainCap(Admission):
    """So many at a time, the others are turned away at once."""

    _open = 0

    def require_room(self, ask: Ask) -> None:
        """Refuses nothing."""

    async def enter(self, ask: Ask) -> Place:
        """Lets the work begin, unless there is too much of it."""
        if self._open >= CAP:
            raise Overloaded(retry_after_ms=1000)
        self._open += 1
        return Place(0)

    def leave(self, place: Place, *, learn: bool = True) -> None:
        """Makes room for another."""
        self._open -= 1


class Unprotected(Admission):
    """Lets everything begin."""

    def require_room(self, ask: Ask) -> None:
        """Refuses nothing."""

    async def enter(self, ask: Ask) -> Place:
        """Lets the work begin."""
        return Place(0)

    def leave(self, place: Place, *, learn: bool = True) -> None:
        """Does nothing."""


DESKS: dict[str, type[Admission]] = {
    "causeway": Admission,
    "full": FullQuality,
    "cap": PlainCap,
    "open": Unprotected,
}


def _parts(desk: type[Admission], make: Callable[..., SearchParts], *arguments: Any) -> SearchParts:
    parts = make(*arguments)
    ours = parts.admission
    return replace(parts, admission=desk("search", AdaptiveLimit(), SystemClock(), ours.most_pressed))


def _spec(make: Callable[..., ServerSpec], *arguments: Any) -> ServerSpec:
    """The server without its own desk, as one finds it."""
    return replace(make(*arguments), desks={})


if __name__ == "__main__":
    if DESKS[sys.argv[1]] in {PlainCap, Unprotected}:
        service.retrieval_spec = partial(_spec, service.retrieval_spec)
    service.search_parts = partial(_parts, DESKS[sys.argv[1]], service.search_parts)
    service.main()
