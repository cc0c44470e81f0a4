"""`GET /metrics`: the process's metrics in Prometheus' format."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from libs.common.clock import Clock
from libs.common.metrics import CONTENT_TYPE, exposition

_FRESH_SECONDS = 1.0


class MetricsRoutes:
    """The route.

    Writing them takes some 15 ms of the loop, and the route is open to everybody: what was written is
    good for a second, so that asking for it all the time costs the streams nothing.

    Args:
        clock: Tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._written = b""
        self._fresh_until = float("-inf")

    async def show(self, _: Request) -> Response:
        """Writes the metrics."""
        now = self._clock.monotonic()
        if now >= self._fresh_until:
            self._written = exposition()
            self._fresh_until = now + _FRESH_SECONDS
        return Response(self._written, media_type=CONTENT_TYPE)
