"""Passages from the retrieval service, over gRPC."""

from __future__ import annotations

import grpc

from libs.common.caller import Caller
from libs.common.pb.retrieval.v1 import retrieval_pb2, retrieval_pb2_grpc
from libs.common.rpc_client import CallSigner
from libs.common.rpc_errors import decode
from services.edge_gateway.passages import Passage

_PATIENCE_SECONDS = 3.0


class GrpcPassages:
    """The `Passages` port over gRPC."""

    def __init__(self, channel: grpc.aio.Channel, signer: CallSigner) -> None:
        self._stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
        self._signer = signer

    async def get(self, caller: Caller, passage_id: str) -> Passage | None:
        """Returns a passage, if it exists and the caller may see it."""
        request = retrieval_pb2.GetPassagesRequest(passage_ids=[passage_id])
        try:
            response = await self._stub.GetPassages(
                request, timeout=_PATIENCE_SECONDS, metadata=self._signer.metadata(caller)
            )
        except grpc.aio.AioRpcError as error:
            raise decode(error, "retrieval") from None
        return _passage(response.passages[0]) if response.passages else None


def _passage(message: retrieval_pb2.Passage) -> Passage:
    return Passage(
        passage_id=message.passage_id,
        document_id=message.document_id,
        title=message.title,
        uri=message.uri,
        url=_address(message),
        heading_path=tuple(message.heading_path),
        text=message.text,
        start=message.start,
        end=message.end,
        updated_at=message.updated_at,
    )


def _address(message: retrieval_pb2.Passage) -> str:
    # Only what a browser may follow; a document that is named by its address needs no other.
    for address in (message.url, message.uri):
        if address.startswith(("https://", "http://")):
            return address
    return ""
