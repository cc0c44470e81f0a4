"""Serves the application over HTTP, until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Awaitable, Callable, Iterator

import uvicorn
from starlette.types import ASGIApp

from libs.common.errors import Conflict
from libs.common.settings import SettingsError
from services.edge_gateway.slow_senders import PatientProtocol

KEEP_ALIVE_SECONDS = 30
DEAD_PEER_MS = 30_000
"""A connection whose peer acknowledges nothing for so long is dead."""

_BACKLOG = 2048
_TIME_TO_MOVE_ON = 2.0


def listen(host: str, port: int) -> socket.socket:
    """Opens the listening socket.

    Raises:
        Conflict: Another process has it.
        SettingsError: The address is not one of this machine, or the port is not allowed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            # Inherited by every connection: heartbeats that nobody acknowledges end a stream.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_MS)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise Conflict(
                f"Port {port} is taken; stop the other process, or set CAUSEWAY_EDGE_PORT to a free one."
            ) from None
        raise SettingsError(f"CAUSEWAY_BIND, CAUSEWAY_EDGE_PORT: {host}:{port}: {error.strerror}") from None
    return listener


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the process's are in charge."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class HttpServer:
    """One application on one socket.

    Args:
        app: The application.
        listener: Where to listen.
        grace_seconds: What running responses get after the order to stop.
        move_on: Called shortly before the grace ends: streams tell their readers to reconnect.
        protocol: How HTTP is spoken.
    """

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket,
        grace_seconds: int,
        move_on: Callable[[], None],
        protocol: type[asyncio.Protocol] = PatientProtocol,
    ) -> None:
        config = uvicorn.Config(
            app,
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            # Not "warning": whoever sends noise would fill the log with a line for each of his requests.
            log_level="error",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            # A request that waited behind another on its connection is no part of that one's trace.
            reset_contextvars=True,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=grace_seconds,
        )
        self._server = _Server(config)
        self._listener = listener
        self._grace = grace_seconds
        self._move_on = move_on

    async def serve_until(self, stop: asyncio.Event, drain: Callable[[], Awaitable[None]]) -> None:
        """Serves; after the event drains, lets running responses end within the grace, and returns.

        Args:
            stop: The order to stop.
            drain: Awaited before the socket closes: says that the process goes, and gives load
                balancers the time to hear it.
        """
        serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not serving.done():
            await drain()
        self._server.should_exit = True
        notice = max(self._grace - _TIME_TO_MOVE_ON, self._grace / 2)
        timer = asyncio.get_running_loop().call_later(notice, self._move_on)
        try:
            await serving
        finally:
            timer.cancel()
