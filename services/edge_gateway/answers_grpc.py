"""Answers from the generation service, over gRPC."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from typing import Any

import grpc

from libs.common.caller import Caller
from libs.common.pb.generation.v1 import generation_pb2, generation_pb2_grpc
from libs.common.pressure import PRESSURE_KEY
from libs.common.rpc_client import CallSigner, ChannelPool
from libs.common.rpc_errors import decode
from services.edge_gateway.answer_messages import read_batch
from services.edge_gateway.answers import Batch, Question

ANSWER_SECONDS = 120.0
"""An answer's own deadline."""
STOP_SECONDS = 3.0

_NAME = "generation"


class GrpcAnswers:
    """The `Answers` port over gRPC.

    Args:
        pool: Connections for the long streams.
        channel: A connection of its own for short calls, which would otherwise wait behind the streams.
        signer: Signs the calls.
    """

    def __init__(self, pool: ChannelPool, channel: grpc.aio.Channel, signer: CallSigner) -> None:
        self._pool = pool
        self._short = _stub(channel)
        self._signer = signer
        self._stubs: dict[int, generation_pb2_grpc.GenerationStub] = {}

    def ask(
        self, caller: Caller, question: Question, pressure: int, begun: Callable[[], None]
    ) -> AsyncGenerator[Batch, None]:
        """Streams the answer to a question."""
        request = generation_pb2.AnswerRequest(
            query_id=question.query_id,
            body_hash=question.body_hash,
            question=question.text,
            conversation_id=question.conversation_id,
            page_hint=generation_pb2.PageHint(url=question.page_url, title=question.page_title),
            locale=question.locale,
            manifest_id=question.manifest_id,
            variant=question.variant,
        )
        metadata = self._metadata(caller, question.query_id)
        if pressure:
            metadata += ((PRESSURE_KEY, str(pressure)),)
        return self._stream("Answer", request, metadata, begun)

    def resume(self, caller: Caller, query_id: str, after: int) -> AsyncGenerator[Batch, None]:
        """Streams the events after a number."""
        request = generation_pb2.ResumeAnswerRequest(query_id=query_id, after_seq=after)
        return self._stream("ResumeAnswer", request, self._metadata(caller, query_id))

    async def stop(self, caller: Caller, query_id: str) -> None:
        """Stops an answer."""
        request = generation_pb2.StopAnswerRequest(query_id=query_id)
        try:
            await self._short.StopAnswer(
                request, timeout=STOP_SECONDS, metadata=self._metadata(caller, query_id)
            )
        except grpc.aio.AioRpcError as error:
            raise decode(error, _NAME) from None

    async def _stream(
        self,
        method: str,
        request: object,
        metadata: tuple[tuple[str, str], ...],
        begun: Callable[[], None] | None = None,
    ) -> AsyncGenerator[Batch, None]:
        ticket, channel = self._pool.acquire()
        call: Any = None
        try:
            stub = self._stubs.get(ticket)
            if stub is None:
                stub = self._stubs[ticket] = _stub(channel)
            call = getattr(stub, method)(request, timeout=ANSWER_SECONDS, metadata=metadata)
            del request, metadata
            async for response in call:
                if begun is not None:
                    begun()
                    begun = None
                if response.events:
                    yield read_batch(response.events)
        except grpc.aio.AioRpcError as error:
            raise decode(error, _NAME) from None
        finally:
            if call is not None:
                call.cancel()
            self._pool.release(ticket)

    def _metadata(self, caller: Caller, query_id: str) -> tuple[tuple[str, str], ...]:
        return (*self._signer.metadata(caller), ("x-query-id", query_id))


def _stub(channel: grpc.aio.Channel) -> generation_pb2_grpc.GenerationStub:
    return generation_pb2_grpc.GenerationStub(channel)  # type: ignore[no-untyped-call]
