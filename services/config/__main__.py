"""Builds the config service and runs it."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from libs.common.clock import SystemClock
from libs.common.pb.config.v1 import config_pb2_grpc
from libs.common.process import run
from libs.common.rpc_server import RpcServer, ServerSpec
from libs.common.service_tokens import ServiceTokenVerifier
from libs.common.settings import SettingsError, environment, load_settings
from libs.common.telemetry import start_telemetry
from services.config.manifest_store import ManifestStore
from services.config.problems import InvalidRepository
from services.config.server import FULL_NAME, POLICY, ConfigServicer
from services.config.settings import SERVICE, Settings
from services.config.stores import open_manifest_archive
from services.config.watcher import FolderWatcher


async def serve(stop: asyncio.Event) -> None:
    """Builds the service and serves until the event."""
    settings = load_settings(Settings, environment())
    flush = start_telemetry(SERVICE, settings, settings.metrics)
    clock = SystemClock()
    verifier = ServiceTokenVerifier(SERVICE, settings.trust_file, clock)
    archive = open_manifest_archive(settings, clock)
    store = ManifestStore(archive)
    watcher = FolderWatcher(settings.manifests, settings.environment, store)
    try:
        await _load(watcher, settings.manifests)
        await _run(RpcServer(_spec(settings, store), verifier), watcher, stop)
    finally:
        archive.close()
        flush()


async def _load(watcher: FolderWatcher, root: Path) -> None:
    try:
        await watcher.load()
    except InvalidRepository as error:
        listed = "\n  ".join(error.lines())
        raise SettingsError(f"the manifests in {root} are not valid:\n  {listed}") from None


async def _run(server: RpcServer, watcher: FolderWatcher, stop: asyncio.Event) -> None:
    following = asyncio.create_task(watcher.run(stop))
    # A watcher that fails takes the process with it: one that serves old manifests for ever is worse.
    following.add_done_callback(lambda _: stop.set())
    try:
        await server.serve_until(stop)
    finally:
        stop.set()
        await following


def _spec(settings: Settings, store: ManifestStore) -> ServerSpec:
    return ServerSpec(
        full_name=FULL_NAME,
        address=settings.address,
        policy=POLICY,
        add_servicer=partial(config_pb2_grpc.add_ConfigServicer_to_server, ConfigServicer(store)),
    )


def main() -> None:
    """Runs the process."""
    run(serve)


if __name__ == "__main__":
    main()
