"""What nobody expected."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from starlette.requests import ClientDisconnect

from services.edge_gateway.error_boundary import ErrorBoundary

SECRET = "the question was: where is the key"


async def test_an_unexpected_exception_becomes_a_plain_500(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError(SECRET)

    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=ErrorBoundary(app)), base_url="http://edge.test"
    ) as client:
        response = await client.get("/")

    assert response.status_code == 500
    assert response.json()["kind"] == "internal"
    assert SECRET not in response.text


async def test_a_response_that_has_begun_is_cut_off() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError(SECRET)

    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    with pytest.raises(RuntimeError):
        await ErrorBoundary(app)({"type": "http", "method": "GET"}, None, send)  # type: ignore[arg-type]
    assert len(sent) == 1


async def test_nobody_is_told_that_the_client_left() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ClientDisconnect

    await ErrorBoundary(app)({"type": "http", "method": "GET"}, None, None)  # type: ignore[arg-type]
