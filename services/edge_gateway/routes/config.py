"""`GET /v1/config`: the tenant's public manifest subset."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from services.edge_gateway.etag import none_match
from services.edge_gateway.public_config import PublicConfigs
from services.edge_gateway.visitors import Visitors


@dataclass(frozen=True, slots=True)
class ConfigRoutes:
    """The route and what it needs."""

    visitors: Visitors
    configs: PublicConfigs

    async def show(self, request: Request) -> Response:
        """Returns the subset, or 304 to a client that has it."""
        session = self.visitors.of(request.headers)
        config = self.configs.of(session.tenant)
        headers = {
            "ETag": config.etag,
            "Cache-Control": "private, max-age=0, must-revalidate",
            "Vary": "Authorization",
        }
        if none_match(request.headers.get("if-none-match"), config.etag):
            return Response(status_code=304, headers=headers)
        return Response(config.body, headers=headers, media_type="application/json")
