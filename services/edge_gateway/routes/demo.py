"""`GET /` and `POST /demo/token`: the demo page and its token, in development only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.edge_gateway.bodies import BodyLimits, read_optional_model
from services.edge_gateway.body_fields import Body
from services.edge_gateway.demo_host import DemoHost
from services.edge_gateway.json_response import json_response
from services.edge_gateway.widget_files import WidgetFiles

NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Causeway</title>
<h1>The widget has not been built yet</h1>
<p>Run <code>make widget</code> in the project's folder, then load this page again.
<p>The API is up: see <a href="/readyz">/readyz</a>.
</html>
"""


class DemoTokenBody(Body):
    """Body of the token request; all of it is optional."""

    visitor: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")] | None = None


@dataclass(frozen=True, slots=True)
class DemoPageRoutes:
    """The page and what it needs."""

    files: WidgetFiles

    async def page(self, _: Request) -> Response:
        """Returns the demo page, or how to build it."""
        page = self.files.page()
        return HTMLResponse(page.content if page else NOT_BUILT)


@dataclass(frozen=True, slots=True)
class DemoTokenRoutes:
    """The token route and what it needs."""

    host: DemoHost
    limits: BodyLimits

    async def create(self, request: Request) -> Response:
        """Signs a host token for this browser's visitor."""
        body = await read_optional_model(request, DemoTokenBody, self.limits)
        token, visitor = self.host.sign(body.visitor)
        return json_response({"token": token, "visitor": visitor})
