"""A Config service that says what a test tells it to, over real gRPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc

from libs.common.errors import NotFound
from libs.common.manifest import (
    Manifest,
    ModelChain,
    ModelLink,
    Policy,
    Profile,
    Prompt,
    Tenant,
    canonical_json,
    content_id,
)
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.rpc_policy import MethodPolicy
from libs.common.rpc_server import ServerSpec

FULL_NAME = "causeway.config.v1.Config"
POLICY = {
    "GetManifest": MethodPolicy(role=None, subject=False),
    "WatchManifest": MethodPolicy(role=None, subject=False),
}


def manifest(tenant_id: str = "demo", **flags: bool | str | int | float) -> Manifest:
    """A small manifest; other flags make another one."""
    return Manifest(
        tenant_id=tenant_id,
        model_version="local-1",
        prompt_version="cited-1",
        policy_version="default-1",
        retrieval_profile="balanced-1",
        index_version="main",
        models=ModelChain(chain=(ModelLink(kind="extractive"),)),
        prompt=Prompt(system="Answer.", user="{{sources}} {{question}}"),
        policy=Policy(),
        profile=Profile(),
        flags=flags,
    )


def message(tenant_id: str = "demo", **flags: bool | str | int | float) -> config_pb2.ManifestBundle:
    """The bundle of such a manifest, as config sends it."""
    made = manifest(tenant_id, **flags)
    return config_pb2.ManifestBundle(
        tenant_id=tenant_id,
        environment="dev",
        manifest_id=made.manifest_id,
        manifest_json=made.to_json(),
        environment_revision="r1",
        tenant_json=Tenant(tenant_id=tenant_id, name=tenant_id.title()).to_json(),
    )


def broken(kind: str) -> config_pb2.ManifestBundle:
    """The demo tenant's bundle with a fault in it."""
    made = message("demo", broken=True)
    if kind == "another id":
        made.manifest_id = "0" * 64
    elif kind == "not JSON":
        made.manifest_json = b"\xff{"
        made.manifest_id = content_id(made.manifest_json)
    elif kind == "not a manifest":
        made.manifest_json = canonical_json({"tenant_id": "demo"})
        made.manifest_id = content_id(made.manifest_json)
    elif kind == "another tenant's manifest":
        made.manifest_json = manifest("other").to_json()
        made.manifest_id = content_id(made.manifest_json)
    elif kind == "no tenant":
        made.tenant_json = b""
    elif kind == "another tenant's settings":
        made.tenant_json = message("other").tenant_json
    else:
        raise AssertionError(kind)
    return made


class FakeConfig(config_pb2_grpc.ConfigServicer):
    """Sends what `current` holds and then what `send` is given, to every watcher."""

    def __init__(self, *current: config_pb2.ManifestBundle) -> None:
        self.current = {bundle.tenant_id: bundle for bundle in current}
        self.served = {bundle.manifest_id: bundle for bundle in current}
        self.fetched: list[str] = []
        self.greeting: list[config_pb2.WatchManifestResponse] = []
        self.may_sync = asyncio.Event()
        self.may_sync.set()
        self._queues: list[asyncio.Queue[config_pb2.WatchManifestResponse | None]] = []

    def spec(self, address: str = "127.0.0.1:0") -> ServerSpec:
        """Describes the server."""

        def add(server: grpc.aio.Server) -> None:
            config_pb2_grpc.add_ConfigServicer_to_server(self, server)  # type: ignore[no-untyped-call]

        return ServerSpec(FULL_NAME, address, POLICY, add)

    def send(self, **change: Any) -> None:
        """Sends one change."""
        for queue in self._queues:
            queue.put_nowait(config_pb2.WatchManifestResponse(**change))

    def end_streams(self) -> None:
        """Ends every watcher's stream in good order."""
        for queue in self._queues:
            queue.put_nowait(None)

    async def GetManifest(  # noqa: N802
        self, request: config_pb2.GetManifestRequest, context: Any
    ) -> config_pb2.GetManifestResponse:
        self.fetched.append(request.manifest_id)
        found = self.served.get(request.manifest_id)
        if found is None:
            raise NotFound("There is no such manifest.")
        return config_pb2.GetManifestResponse(bundle=found)

    async def WatchManifest(  # noqa: N802
        self, request: config_pb2.WatchManifestRequest, context: Any
    ) -> AsyncIterator[config_pb2.WatchManifestResponse]:
        queue: asyncio.Queue[config_pb2.WatchManifestResponse | None] = asyncio.Queue()
        self._queues.append(queue)
        try:
            for greeting in self.greeting:
                yield greeting
            for bundle in list(self.current.values()):
                yield config_pb2.WatchManifestResponse(bundle=bundle)
            await self.may_sync.wait()
            yield config_pb2.WatchManifestResponse(synced=True)
            while (change := await queue.get()) is not None:
                yield change
        finally:
            self._queues.remove(queue)
