"""A connection from the command to retrieval."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cli.settings import Settings
from cli.tokens import service_token
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_client import open_channel


@dataclass(frozen=True, slots=True)
class RetrievalClient:
    """The stub, and the metadata that each call needs."""

    stub: retrieval_pb2_grpc.RetrievalStub
    metadata: tuple[tuple[str, str], ...]


@asynccontextmanager
async def connect_retrieval(
    settings: Settings, tenant: str, roles: Sequence[str], access: Sequence[str] = ()
) -> AsyncIterator[RetrievalClient]:
    """Opens a channel to retrieval with a fresh token for a tenant."""
    token = service_token(settings, tenant=tenant, service="retrieval", roles=roles, access=access)
    async with open_channel(settings.retrieval) as channel:
        stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
        yield RetrievalClient(stub, (("authorization", f"Bearer {token}"),))
