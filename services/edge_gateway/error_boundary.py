"""The last resort of the app: what nobody expected becomes a plain 500, with its details in the log."""

from __future__ import annotations

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from libs.common.errors import InternalError
from libs.common.logs import logger
from services.edge_gateway.problem import problem_response

log = logger(__name__)


class ErrorBoundary:
    """Answers unexpected exceptions; a response that has begun is cut off by raising them further."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except ClientDisconnect:
            return
        except Exception:
            if started or scope["type"] != "http":
                raise
            log.exception("request_failed", method=scope["method"])
            await problem_response(InternalError())(scope, receive, send)
