"""The answers that are being streamed: how many there may be, and how they are told to move on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from libs.common.errors import Overloaded, RateLimited
from libs.common.metrics import OPEN_STREAMS
from services.edge_gateway.interruption import Interruption
from services.edge_gateway.session import Owner

_RETRY_MS = 2_000


class OpenStreams:
    """Admits streams and keeps hold of them.

    Args:
        total: Streams in this process.
        per_owner: Streams of one visitor.
    """

    def __init__(self, total: int, per_owner: int) -> None:
        self._total = total
        self._per_owner = per_owner
        self._open: set[Interruption] = set()
        self._by_owner: Counter[Owner] = Counter()
        self._draining = False

    def __len__(self) -> int:
        return len(self._open)

    @contextmanager
    def hold(self, owner: Owner) -> Iterator[Interruption]:
        """Holds a place for one stream.

        Raises:
            Overloaded: The process holds as many as it may, or is about to stop.
            RateLimited: The visitor does.
        """
        if self._draining or len(self._open) >= self._total:
            raise Overloaded("This edge streams all that it can; try again.", retry_after_ms=_RETRY_MS)
        if self._by_owner[owner] >= self._per_owner:
            raise RateLimited(
                f"{self._per_owner} answers are being streamed already; wait for one to end.",
                retry_after_ms=_RETRY_MS,
            )
        interruption = Interruption()
        self._open.add(interruption)
        OPEN_STREAMS.inc()
        self._by_owner[owner] += 1
        try:
            yield interruption
        finally:
            self._open.discard(interruption)
            OPEN_STREAMS.dec()
            self._by_owner[owner] -= 1
            if not self._by_owner[owner]:
                del self._by_owner[owner]

    def move_on(self) -> None:
        """Ends every stream with the request to reconnect, and admits no more."""
        self._draining = True
        for interruption in tuple(self._open):
            interruption.interrupt("draining")
