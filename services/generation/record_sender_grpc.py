"""Brings answer records to insights, the only file that knows its messages."""

from __future__ import annotations

import grpc

from libs.common.answer_record import AnswerRecord
from libs.common.answer_record_messages import record_message
from libs.common.caller import Caller
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.rpc_client import CallSigner
from libs.common.rpc_errors import decode

_SECONDS = 5.0


class GrpcRecordSender:
    """A `RecordSender` over `Insights.RecordAnswer`, acting for the visitor.

    Args:
        stub: The insights service.
        signer: Signs calls to it.
    """

    def __init__(self, stub: insights_pb2_grpc.InsightsStub, signer: CallSigner) -> None:
        self._stub = stub
        self._signer = signer

    async def send(self, caller: Caller, record: AnswerRecord) -> None:
        """Returns once the record is durable."""
        request = insights_pb2.RecordAnswerRequest(record=record_message(record))
        try:
            await self._stub.RecordAnswer(request, metadata=self._signer.metadata(caller), timeout=_SECONDS)
        except grpc.aio.AioRpcError as error:
            raise decode(error, "insights") from None
