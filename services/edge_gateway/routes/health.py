"""`GET /healthz` and `GET /readyz`: whether the process lives, and whether it can serve."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from services.edge_gateway.json_response import json_response
from services.edge_gateway.readiness import Readiness


@dataclass(frozen=True, slots=True)
class HealthRoutes:
    """The routes and what they need."""

    readiness: Readiness

    async def live(self, _: Request) -> Response:
        """Answers as long as the process does."""
        return json_response({"status": "ok"})

    async def ready(self, _: Request) -> Response:
        """Says what is ready, part by part."""
        report = await self.readiness.report()
        content = {"status": report.state, "parts": report.parts}
        return json_response(content, 200 if report.ready else 503)
