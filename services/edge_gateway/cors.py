"""Lets the pages of known origins call the API from the browser, and no others."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.common.errors import Forbidden
from services.edge_gateway.origins import KnownOrigins, is_same_origin, origin_of
from services.edge_gateway.problem import problem_response

API = "/v1/"
"""Only paths below this one are for pages of other origins; public files allow everybody themselves."""

_METHODS = "GET, POST, DELETE"
_REQUEST_HEADERS = "authorization, content-type, idempotency-key, last-event-id, if-none-match, traceparent"
_RESPONSE_HEADERS = "ETag, Retry-After"
_PREFLIGHT_VARY = "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"


class Cors:
    """Answers preflight requests and marks responses; credentials are never allowed, tokens are enough."""

    def __init__(self, app: ASGIApp, known: KnownOrigins) -> None:
        self._app = app
        self._known = known

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = origin_of(headers)
        allowed = bool(origin) and (origin in self._known or is_same_origin(origin, headers))
        if origin and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await _preflight(origin if allowed else None)(scope, receive, send)
            return

        # A stream may stay open for long: what it does not need is not kept.
        del headers

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                response_headers = MutableHeaders(raw=message["headers"])
                response_headers.add_vary_header("Origin")
                if allowed:
                    response_headers["Access-Control-Allow-Origin"] = origin
                    response_headers["Access-Control-Expose-Headers"] = _RESPONSE_HEADERS
            await send(message)

        await self._app(scope, receive, marked)


def _preflight(origin: str | None) -> Response:
    if origin is None:
        response = problem_response(Forbidden("This page's origin is not known here."))
    else:
        response = Response(status_code=204)
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Methods"] = _METHODS
        response.headers["Access-Control-Allow-Headers"] = _REQUEST_HEADERS
        response.headers["Access-Control-Max-Age"] = "600"
    response.headers["Vary"] = _PREFLIGHT_VARY
    return response
