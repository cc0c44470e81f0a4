"""Tells config which content revisions this process serves, so that the edges learn of them."""

from __future__ import annotations

import asyncio
from itertools import islice

import grpc

from libs.common.clock import Clock
from libs.common.logs import logger
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.rpc_client import CallSigner
from services.retrieval.served_versions import Bundles, ServedVersions

log = logger(__name__)

LOOK_SECONDS = 0.25
AGAIN_SECONDS = 10.0
"""So often everything is told again: a config service that was restarted knows nothing."""

RETRY_SECONDS = 2.0
_CALL_SECONDS = 3.0
_PAGE = 1000

_Served = dict[tuple[str, str], int]


class RevisionReport:
    """Reports each change within a second.

    Args:
        stub: The config service.
        signer: Signs the calls.
        served: What this process serves.
        bundles: The tenants.
        clock: Tells the time.
    """

    def __init__(
        self,
        stub: config_pb2_grpc.ConfigStub,
        signer: CallSigner,
        served: ServedVersions,
        bundles: Bundles,
        clock: Clock,
    ) -> None:
        self._stub = stub
        self._signer = signer
        self._served = served
        self._bundles = bundles
        self._clock = clock
        self._told: _Served = {}
        self._told_at = float("-inf")
        self._not_before = float("-inf")

    async def run(self) -> None:
        """Reports for ever; while config is away, what is served changes nothing here."""
        while True:
            await self.report()
            await asyncio.sleep(LOOK_SECONDS)

    async def report(self) -> None:
        """Looks once, and reports what has changed or was told long ago."""
        now = self._clock.monotonic()
        current = self._current()
        due = now - self._told_at >= AGAIN_SECONDS
        if not current or now < self._not_before or (current == self._told and not due):
            return
        changed = current.items() if due else current.items() - self._told.items()
        remaining = iter(sorted(changed))
        try:
            while page := list(islice(remaining, _PAGE)):
                await self._stub.ReportRevision(
                    config_pb2.ReportRevisionRequest(
                        revisions=[
                            config_pb2.ContentRevision(
                                tenant_id=tenant, index_version=version, content_revision=revision
                            )
                            for (tenant, version), revision in page
                        ]
                    ),
                    metadata=self._signer.metadata(),
                    timeout=_CALL_SECONDS,
                )
        except grpc.aio.AioRpcError as error:
            log.debug("revision_not_reported", code=error.code().name)
            self._not_before = now + RETRY_SECONDS
            return
        self._told = current
        if due:
            self._told_at = now

    def _current(self) -> _Served:
        current: _Served = {}
        for bundle in self._bundles.bundles():
            tenant = bundle.tenant.tenant_id
            build = self._served.build(tenant)
            if build is not None:
                current[tenant, build.index_version] = build.revision
        return current
