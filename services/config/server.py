"""The Config service over gRPC."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

import grpc

from libs.common.caller import current_caller
from libs.common.errors import Forbidden, InvalidRequest, NotFound
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.rpc_policy import MethodPolicy
from services.config.manifest_store import ManifestStore, Subscription
from services.config.resolve import ManifestBundle

FULL_NAME = "causeway.config.v1.Config"

POLICY: Mapping[str, MethodPolicy] = {
    "GetManifest": MethodPolicy(role=None, subject=False),
    "WatchManifest": MethodPolicy(role=None, subject=False),
    "ReportRevision": MethodPolicy(role=None, subject=False),
}

_MAX_WATCHED = 1000
_MAX_REPORTED = 1000
_REPORTER = "retrieval"

_Context = grpc.aio.ServicerContext[Any, Any]


class ConfigServicer(config_pb2_grpc.ConfigServicer):
    """Parses a call, asks the store, and writes the response.

    A token bound to a tenant (an internal team's) sees that tenant's manifests only, without the
    tenant's identity settings.
    """

    def __init__(self, store: ManifestStore) -> None:
        self._store = store

    async def GetManifest(  # noqa: N802 - the contract's name
        self, request: config_pb2.GetManifestRequest, context: _Context
    ) -> config_pb2.GetManifestResponse:
        """Returns a tenant's current manifest, or one by its id."""
        if not request.tenant_id:
            raise InvalidRequest("Name the tenant.", field="tenant_id")
        bound = current_caller().tenant
        if bound and bound != request.tenant_id:
            raise Forbidden("The token is bound to another tenant.")
        current = self._store.current.get(request.tenant_id)
        if request.manifest_id:
            found = await self._store.served(request.tenant_id, request.manifest_id)
            if current is not None:
                found = replace(found, tenant_json=current.tenant_json)
        elif current is not None:
            found = current
        else:
            raise NotFound("There is no such tenant.")
        if bound:
            found = replace(found, tenant_json=b"")
        return config_pb2.GetManifestResponse(bundle=_message(found, self._store.revision_of(found)))

    async def WatchManifest(  # noqa: N802 - the contract's name
        self, request: config_pb2.WatchManifestRequest, context: _Context
    ) -> AsyncIterator[config_pb2.WatchManifestResponse]:
        """Streams the current manifests, then each change, until the service stops."""
        if current_caller().tenant:
            raise Forbidden("A token that is bound to a tenant may not watch; call GetManifest.")
        if len(request.tenant_ids) > _MAX_WATCHED:
            raise InvalidRequest(f"Name at most {_MAX_WATCHED} tenants.", field="tenant_ids")
        wanted = frozenset(request.tenant_ids)
        subscription = self._store.subscribe()
        try:
            async for response in self._changes(subscription, wanted):
                yield response
        finally:
            self._store.unsubscribe(subscription)

    async def ReportRevision(  # noqa: N802 - the contract's name
        self, request: config_pb2.ReportRevisionRequest, context: _Context
    ) -> config_pb2.ReportRevisionResponse:
        """Takes note of what a retrieval process serves, and tells the watchers."""
        caller = current_caller()
        if caller.tenant or caller.service != _REPORTER:
            raise Forbidden("Only retrieval reports what it serves.")
        if len(request.revisions) > _MAX_REPORTED:
            raise InvalidRequest(f"Report at most {_MAX_REPORTED} tenants at a time.", field="revisions")
        for report in request.revisions:
            if not report.tenant_id or not report.index_version or report.content_revision < 0:
                raise InvalidRequest("A report lacks its tenant, version or revision.", field="revisions")
        self._store.note_revisions(
            {(r.tenant_id, r.index_version): r.content_revision for r in request.revisions}
        )
        return config_pb2.ReportRevisionResponse()

    async def _changes(
        self, subscription: Subscription, wanted: frozenset[str]
    ) -> AsyncIterator[config_pb2.WatchManifestResponse]:
        told: set[str] = set()
        for tenant_id in list(self._store.current):
            if not wanted or tenant_id in wanted:
                response = self._state(tenant_id, told)
                if response is not None:
                    yield response
        yield config_pb2.WatchManifestResponse(synced=True)
        while changed := await subscription.next():
            for tenant_id in changed:
                if not wanted or tenant_id in wanted:
                    response = self._state(tenant_id, told)
                    if response is not None:
                        yield response

    def _state(self, tenant_id: str, told: set[str]) -> config_pb2.WatchManifestResponse | None:
        """What a tenant is now; None if the watcher knows of no such tenant either."""
        bundle = self._store.current.get(tenant_id)
        if bundle is not None:
            told.add(tenant_id)
            message = _message(bundle, self._store.revision_of(bundle))
            return config_pb2.WatchManifestResponse(bundle=message)
        if tenant_id not in told:
            return None
        told.discard(tenant_id)
        return config_pb2.WatchManifestResponse(removed_tenant_id=tenant_id)


def _message(bundle: ManifestBundle, content_revision: int) -> config_pb2.ManifestBundle:
    return config_pb2.ManifestBundle(
        tenant_id=bundle.tenant_id,
        environment=bundle.environment,
        manifest_id=bundle.manifest_id,
        manifest_json=bundle.manifest_json,
        environment_revision=bundle.environment_revision,
        tenant_json=bundle.tenant_json,
        content_revision=content_revision,
    )
