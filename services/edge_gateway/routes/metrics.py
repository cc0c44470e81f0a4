"""`GET /metrics`: the process's metrics in Prometheus' format."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from libs.common.metrics import CONTENT_TYPE, exposition


async def show_metrics(_: Request) -> Response:
    """Writes the metrics."""
    return Response(exposition(), media_type=CONTENT_TYPE)
