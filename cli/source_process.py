"""The process that keeps sources in step: `causeway sources sync --watch`."""

from __future__ import annotations

import asyncio
import contextlib
import logging

from cli.config_client import config_signer
from cli.crawl.website import Crawl
from cli.retrieval_receiver import RetrievalReceiver
from cli.settings import Settings
from cli.source_reader import opened
from cli.source_sync import SourceSync
from cli.source_watch import LOOK_SECONDS, SourceWatch
from libs.common.clock import SystemClock
from libs.common.logs import configure_logs, logger
from libs.common.manifest_watch import ManifestWatch
from libs.common.metrics import serve_metrics
from libs.common.pb.config.v1 import config_pb2_grpc
from libs.common.rpc_client import open_channel

log = logger(__name__)


async def watch_sources(settings: Settings, stop: asyncio.Event) -> None:
    """Reads every tenant's sources when they are due, until the event is set."""
    configure_logs("sources", settings.log_level)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # which has a line for each request
    clock = SystemClock()
    serve_metrics(settings.sources_metrics_port, settings.bind)
    crawl = Crawl(clock, contact=settings.contact)
    root = settings.sources_folder
    sync = SourceSync(
        root, lambda source, kept: opened(source, kept, crawl), RetrievalReceiver(settings), clock
    )
    sources = SourceWatch(sync, clock)
    async with open_channel(settings.config) as channel:
        stub = config_pb2_grpc.ConfigStub(channel)  # type: ignore[no-untyped-call]
        manifests = ManifestWatch(stub, config_signer(settings, clock), clock, root / ".manifests")
        following = asyncio.create_task(manifests.run(), name="follow manifests")
        log.info("watching_sources")
        try:
            while not stop.is_set():
                sources.look((b.tenant.tenant_id, s) for b in manifests.bundles() for s in b.tenant.sources)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
        finally:
            following.cancel()
            await sources.stop()
            await asyncio.gather(following, return_exceptions=True)
