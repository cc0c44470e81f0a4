"""Runs the edge: `python -m services.edge_gateway`."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable

from libs.common.clock import SystemClock
from libs.common.garbage import settle
from libs.common.keys import load_signing_key
from libs.common.logs import logger
from libs.common.process import run
from libs.common.settings import environment, load_settings
from libs.common.telemetry import start_telemetry
from services.edge_gateway.app import Deps, create_app
from services.edge_gateway.bodies import BodyLimits
from services.edge_gateway.core_clients import CoreClients, open_core
from services.edge_gateway.demo_host import DemoHost
from services.edge_gateway.host_tokens import HostTokens
from services.edge_gateway.http_server import HttpServer, listen
from services.edge_gateway.identity_keys import IdentityKeys
from services.edge_gateway.open_streams import OpenStreams
from services.edge_gateway.query_ids import QueryIds
from services.edge_gateway.readiness import Readiness
from services.edge_gateway.session_keys import load_session_keys
from services.edge_gateway.session_tokens import SessionTokens
from services.edge_gateway.sessions import Sessions
from services.edge_gateway.settings import SERVICE, Settings, load_demo_key, load_query_secret
from services.edge_gateway.visitor_counts import VisitorCounts, open_visitor_counts
from services.edge_gateway.widget_files import WidgetFiles

log = logger(__name__)


def main() -> None:
    """Runs until told to stop."""
    run(serve)


async def serve(stop: asyncio.Event) -> None:
    """Builds the edge and serves until the event."""
    settings = load_settings(Settings, environment())
    flush = start_telemetry(SERVICE, settings)
    core = open_core(settings, load_signing_key(settings.keys_folder / f"{SERVICE}.key.pem"), SystemClock())
    counts = open_visitor_counts(settings, SystemClock())
    deps = build(settings, core, counts)
    listener = listen(settings.bind, settings.port)
    await counts.start()
    watch = asyncio.create_task(core.manifests.run(), name="manifest watch")
    watch.add_done_callback(lambda task: _stop_if_dead(task, stop))

    settling = asyncio.create_task(settle_when_ready(core.manifests.wait_ready), name="settle")

    async def drain() -> None:
        deps.readiness.drain()
        await asyncio.sleep(settings.drain_seconds)

    server = HttpServer(create_app(deps), listener, settings.grace_seconds, deps.streams.move_on)
    log.info("serving", address=settings.bind, port=settings.port, environment=settings.environment)
    try:
        await server.serve_until(stop, drain)
    finally:
        settling.cancel()
        watch.cancel()
        await counts.close()
        await core.close()
        flush()


def build(settings: Settings, core: CoreClients, counts: VisitorCounts) -> Deps:
    """Makes everything that the application is made of.

    Raises:
        SettingsError: A key or a secret is missing or wrong.
    """
    clock, manifests = SystemClock(), core.manifests
    session_keys = load_session_keys(settings.keys_folder)
    tokens = SessionTokens(session_keys, clock)
    identity_keys = IdentityKeys(settings.secrets_folder, environment())
    host_tokens = HostTokens(manifests, identity_keys, counts.exchanges, clock)
    secret = load_query_secret(settings.keys_folder / "edge-query.secret")
    demo_key = load_demo_key(settings)
    return Deps(
        clock=clock,
        manifests=manifests,
        session_keys=session_keys,
        tokens=tokens,
        sessions=Sessions(manifests, host_tokens, tokens, clock, _new_id, settings.region),
        ids=QueryIds(secret, secrets.token_bytes),
        answers=core.answers,
        conversations=core.conversations,
        passages=core.passages,
        searches=core.searches,
        feedback=core.feedback,
        chat_limiter=counts.chat,
        feedback_limiter=counts.feedback,
        streams=OpenStreams(settings.max_streams, settings.streams_per_subject),
        readiness=Readiness(manifests, core.probes, clock),
        widget=WidgetFiles(settings.widget),
        body_limits=BodyLimits(settings.max_body_bytes),
        development=settings.development,
        demo_host=DemoHost(demo_key, clock, _new_id) if demo_key else None,
    )


async def settle_when_ready(ready: Callable[[], Awaitable[object]]) -> None:
    """Waits until the process is ready, and takes what lives then out of the garbage collector's sight.

    Looking at it held up every stream for 30 ms of processor time.
    """
    await ready()
    settle()


def _new_id() -> str:
    return secrets.token_urlsafe(16)


def _stop_if_dead(task: asyncio.Task[None], stop: asyncio.Event) -> None:
    # It never ends by itself. Without it the edge would serve ever older manifests without a word.
    if not task.cancelled():
        log.error("manifest_watch_died", exc_info=task.exception())
        stop.set()


if __name__ == "__main__":
    main()
