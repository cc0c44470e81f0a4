"""Keeps the current manifests at hand, whatever happens to the config service."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import grpc
import orjson
from google.protobuf.message import DecodeError
from pydantic import ValidationError

from libs.common.clock import Clock
from libs.common.errors import DependencyUnavailable, NotFound
from libs.common.logs import logger
from libs.common.manifest import Manifest, ManifestMismatch, Tenant, parse_manifest
from libs.common.metrics import MANIFEST_STALENESS, MANIFESTS_REFUSED
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.rpc_client import CallSigner
from libs.common.rpc_errors import decode

log = logger(__name__)

_KEPT_IDS = 256
_FETCH_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Bundle:
    """A tenant's current manifest and settings.

    Attributes:
        manifest_id: Name of the manifest.
        manifest: What shapes answers.
        tenant: What does not.
        environment: dev, staging or production.
        environment_revision: State of the repository that it was resolved from.
        content_revision: The content revision of its index version, as last heard; 0 while unknown.
    """

    manifest_id: str
    manifest: Manifest
    tenant: Tenant
    environment: str
    environment_revision: str
    content_revision: int = 0


class ManifestWatch:
    """Follows the config service's stream and answers from memory.

    A message that does not validate never replaces a good manifest. The last good ones are written
    to a folder, if one is given, and read from it at the start, so that a process that comes up while
    config is away still answers.
    """

    def __init__(
        self,
        stub: config_pb2_grpc.ConfigStub,
        signer: CallSigner,
        clock: Clock,
        folder: Path | None = None,
    ) -> None:
        self._stub = stub
        self._signer = signer
        self._clock = clock
        self._folder = folder
        self._current: dict[str, Bundle] = {}
        self._by_id: OrderedDict[str, Manifest] = OrderedDict()
        self._ready = asyncio.Event()
        self._heard_at: float | None = clock.monotonic()
        MANIFEST_STALENESS.set_function(self.staleness)
        self._load_folder()

    @property
    def ready(self) -> bool:
        """Whether manifests are at hand."""
        return self._ready.is_set()

    async def wait_ready(self) -> None:
        """Waits until manifests are at hand."""
        await self._ready.wait()

    def staleness(self) -> float:
        """Seconds since the config service was last heard; 0 while the stream is open."""
        return 0.0 if self._heard_at is None else self._clock.monotonic() - self._heard_at

    def bundle(self, tenant_id: str) -> Bundle:
        """Returns a tenant's current manifest.

        Raises:
            NotFound: There is no such tenant.
            DependencyUnavailable: Nothing was ever received.
        """
        found = self._current.get(tenant_id)
        if found is not None:
            return found
        if not self.ready:
            raise DependencyUnavailable("The configuration has not arrived yet; try again shortly.")
        raise NotFound("There is no such tenant.")

    def bundles(self) -> tuple[Bundle, ...]:
        """Returns every tenant's current manifest."""
        return tuple(self._current.values())

    async def manifest(self, tenant_id: str, manifest_id: str) -> Manifest:
        """Returns the manifest of an id, fetching one that is not known.

        Raises:
            NotFound: Config never served it, or it is another tenant's.
            DependencyUnavailable: It is not known here, and config does not answer.
        """
        current = self._current.get(tenant_id)
        if current is not None and current.manifest_id == manifest_id:
            return current.manifest
        known = self._by_id.get(manifest_id)
        if known is None and manifest_id:
            known = await self._fetch(tenant_id, manifest_id)
        if known is None or known.tenant_id != tenant_id:
            raise NotFound("There is no such manifest.")
        return known

    async def run(self) -> None:
        """Follows the stream for ever, connecting again after a pause that grows to two seconds."""
        pause = 0.1
        while True:
            try:
                await self._follow()
            except grpc.aio.AioRpcError as error:
                log.warning("manifest_stream_lost", code=error.code().name)
            if self._heard_at is None:
                self._heard_at = self._clock.monotonic()
                pause = 0.1
            await asyncio.sleep(pause)
            pause = min(pause * 2, 2.0)

    async def _follow(self) -> None:
        request = config_pb2.WatchManifestRequest()
        listed: set[str] = set()
        async for change in self._stub.WatchManifest(
            request, metadata=self._signer.metadata(), wait_for_ready=True
        ):
            self._heard_at = None
            kind = change.WhichOneof("change")
            if kind == "bundle":
                listed.add(change.bundle.tenant_id)
                self._accept(change.bundle)
            elif kind == "removed_tenant_id":
                self._drop(change.removed_tenant_id)
            elif kind == "synced":
                # Tenants that left while nobody listened, or before this process came up.
                for tenant_id in self._current.keys() - listed:
                    self._drop(tenant_id)
                self._ready.set()

    def _accept(self, message: config_pb2.ManifestBundle) -> None:
        try:
            bundle = parse_bundle(message)
        except ValueError as error:  # of which ManifestMismatch and ValidationError are kinds
            reason = str(error).splitlines()[0]
            MANIFESTS_REFUSED.inc()
            log.warning("manifest_refused", tenant_id=message.tenant_id, reason=reason)
            return
        if bundle != self._current.get(message.tenant_id):
            self._adopt(bundle)
            self._save(message)

    def _drop(self, tenant_id: str) -> None:
        if self._current.pop(tenant_id, None) is None or self._folder is None:
            return
        try:
            self._saved(tenant_id).unlink(missing_ok=True)
        except OSError as error:
            log.warning("saved_manifest_kept", tenant_id=tenant_id, reason=error.strerror)

    def _adopt(self, bundle: Bundle) -> None:
        self._current[bundle.tenant.tenant_id] = bundle
        self._remember(bundle.manifest_id, bundle.manifest)

    def _remember(self, manifest_id: str, manifest: Manifest) -> None:
        self._by_id[manifest_id] = manifest
        while len(self._by_id) > _KEPT_IDS:
            self._by_id.popitem(last=False)

    async def _fetch(self, tenant_id: str, manifest_id: str) -> Manifest:
        request = config_pb2.GetManifestRequest(tenant_id=tenant_id, manifest_id=manifest_id)
        try:
            response = await self._stub.GetManifest(
                request, metadata=self._signer.metadata(), timeout=_FETCH_SECONDS
            )
        except grpc.aio.AioRpcError as error:
            raise decode(error, "config") from None
        try:
            manifest = parse_manifest(response.bundle.manifest_json, manifest_id)
        except (ValidationError, ManifestMismatch):
            raise DependencyUnavailable(
                "The configuration service sent a manifest that is not valid; try again shortly."
            ) from None
        self._remember(manifest_id, manifest)
        return manifest

    def _saved(self, tenant_id: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{tenant_id}.bundle"

    def _save(self, message: config_pb2.ManifestBundle) -> None:
        if self._folder is None:
            return
        target = self._saved(message.tenant_id)
        partial = target.with_suffix(".partial")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            partial.write_bytes(message.SerializeToString())
            partial.replace(target)
        except OSError as error:
            log.warning("manifest_not_saved", path=str(target), reason=error.strerror)

    def _load_folder(self) -> None:
        if self._folder is None or not self._folder.is_dir():
            return
        for path in sorted(self._folder.glob("*.bundle")):
            try:
                self._adopt(parse_bundle(config_pb2.ManifestBundle.FromString(path.read_bytes())))
            except (OSError, DecodeError, ValueError) as error:
                log.warning("saved_manifest_refused", path=str(path), reason=str(error).splitlines()[0])
        if self._current:
            self._ready.set()


def parse_bundle(message: config_pb2.ManifestBundle) -> Bundle:
    """Reads and checks a bundle.

    Raises:
        ManifestMismatch: The manifest is not the one that its id names.
        pydantic.ValidationError: A part does not validate.
        ValueError: The parts belong to different tenants.
    """
    manifest = parse_manifest(message.manifest_json, message.manifest_id)
    tenant = Tenant.model_validate(orjson.loads(message.tenant_json))
    if not manifest.tenant_id == tenant.tenant_id == message.tenant_id:
        raise ValueError("the parts of the bundle belong to different tenants")
    return Bundle(
        message.manifest_id,
        manifest,
        tenant,
        message.environment,
        message.environment_revision,
        message.content_revision,
    )
