"""Records feedback in the insights service, over gRPC."""

from __future__ import annotations

import grpc

from libs.common.caller import Caller
from libs.common.errors import DeadlineExceeded, DependencyUnavailable
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.rpc_client import CallSigner
from libs.common.rpc_errors import decode
from services.edge_gateway.feedback import Feedback

_PATIENCE_SECONDS = 3.0
_VOTES = {"up": insights_pb2.VOTE_UP, "down": insights_pb2.VOTE_DOWN}


class GrpcFeedbackRecorder:
    """The `FeedbackRecorder` port over gRPC."""

    def __init__(self, channel: grpc.aio.Channel, signer: CallSigner) -> None:
        self._stub = insights_pb2_grpc.InsightsStub(channel)  # type: ignore[no-untyped-call]
        self._signer = signer

    async def record(self, caller: Caller, feedback: Feedback) -> None:
        """Returns once the vote is durable."""
        request = insights_pb2.RecordFeedbackRequest(
            feedback_id=feedback.feedback_id,
            query_id=feedback.query_id,
            vote=_VOTES[feedback.vote],
            rating=feedback.rating or 0,
            labels=feedback.labels,
            comment=feedback.comment,
            manifest_id=feedback.manifest_id,
        )
        try:
            await self._stub.RecordFeedback(
                request, timeout=_PATIENCE_SECONDS, metadata=self._signer.metadata(caller)
            )
        except grpc.aio.AioRpcError as error:
            decoded = decode(error, "insights")
            if isinstance(decoded, DeadlineExceeded):
                # Whether it was kept is not known; sending it again is safe, its id is the same.
                raise DependencyUnavailable("insights did not answer in time; send it again.") from None
            raise decoded from None
