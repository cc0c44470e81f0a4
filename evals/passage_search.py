"""Searches a running retrieval service, as generation does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import grpc

from cli.settings import Settings
from cli.tokens import service_token
from evals.visitor import TENANT
from libs.common.pb.retrieval.v1 import retrieval_pb2, retrieval_pb2_grpc
from services.generation.passage import Found
from services.generation.searcher_grpc import found_in

_SECONDS = 30.0


async def search_all(settings: Settings, questions: Iterable[str]) -> Mapping[str, Found]:
    """Returns what the service finds for each question."""
    token = service_token(settings, tenant=TENANT, service="retrieval", roles=("search",))
    metadata = (("authorization", f"Bearer {token}"),)
    found: dict[str, Found] = {}
    async with grpc.aio.insecure_channel(settings.retrieval) as channel:
        stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
        for text in questions:
            request = retrieval_pb2.SearchRequest(query=text, include_text=True)
            found[text] = found_in(await stub.Search(request, metadata=metadata, timeout=_SECONDS))
    return found
