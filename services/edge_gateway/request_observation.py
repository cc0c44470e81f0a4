"""Watches every HTTP request: its span below the page's, the time to its first byte, its outcome."""

from __future__ import annotations

import re
import time

from opentelemetry.trace import Span, SpanKind
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.common.metrics import HTTP_SECONDS
from libs.common.tracing import span

UNMATCHED = "unmatched"
"""Label of requests for which there is no route: what a client makes up is no label."""

_TRACE_HEADERS = (b"traceparent",)
_FLAG = re.compile(r"-[0-9a-f]{2}$")


class RequestObservation:
    """Measures requests and continues the trace that a page began.

    The page's sampling flag is not trusted: the edge's own sampler decides.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        parent = _parent_of(scope)
        with span(f"http {scope['method']}", kind=SpanKind.SERVER, parent=parent) as current:

            async def watched(message: Message) -> None:
                if message["type"] == "http.response.start":
                    _note(scope, message["status"], time.perf_counter() - started, current)
                await send(message)

            await self._app(scope, receive, watched)


def _parent_of(scope: Scope) -> dict[str, str]:
    found = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _TRACE_HEADERS}
    # The ids are the page's, the flag is ours: a stranger neither forces a recording nor forbids one.
    return {name.decode(): _FLAG.sub("-01", value) for name, value in found.items()}


def _note(scope: Scope, status: int, seconds: float, current: Span) -> None:
    route = route_of(scope)
    HTTP_SECONDS.labels(route, status).observe(seconds)
    current.update_name(f"{scope['method']} {route}")
    current.set_attributes(
        {"http.request.method": scope["method"], "http.route": route, "http.response.status_code": status}
    )


def route_of(scope: Scope) -> str:
    """The route's own path, with the names of its parameters in place of their values."""
    if "endpoint" not in scope:
        return UNMATCHED
    names = {value: f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    return "/".join(names.get(part, part) for part in scope["path"].split("/"))
