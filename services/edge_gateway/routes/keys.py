"""`GET /.well-known/jwks.json`: the keys that session tokens are signed with."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from services.edge_gateway.json_response import json_response
from services.edge_gateway.session_keys import SessionKeys

_HEADERS = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}


@dataclass(frozen=True, slots=True)
class KeyRoutes:
    """The route and what it needs."""

    keys: SessionKeys

    async def show(self, _: Request) -> Response:
        """Returns the JSON Web Key Set."""
        return json_response(self.keys.jwks(), headers=_HEADERS)
