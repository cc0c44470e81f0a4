"""Calls that several tests make of a running server."""

from __future__ import annotations

from typing import Any

import grpc
import pytest

from libs.common.errors import CausewayError
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.rpc_errors import decode
from tests.retrieval.running_server import Metadata, Running


async def refusal(call: Any) -> CausewayError:
    """The error in which a call ends."""

    async def ended() -> None:
        if isinstance(call, grpc.aio.UnaryStreamCall):
            async for _ in call:
                pass
        else:
            await call

    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ended()
    return decode(caught.value, "retrieval")


async def index_documents(
    running: Running, metadata: Metadata, *documents: tuple[str, bytes]
) -> pb.IndexDocumentsResponse:
    """Hands documents in, for the board alone."""

    def stream() -> Any:
        yield pb.IndexDocumentsRequest(source=pb.DocumentSource(source_id="docs"))
        for uri, content in documents:
            yield pb.IndexDocumentsRequest(document=pb.DocumentHeader(uri=uri, access=["board"]))
            yield pb.IndexDocumentsRequest(content=content)

    response: pb.IndexDocumentsResponse = await running.stub.IndexDocuments(stream(), metadata=metadata)
    return response
