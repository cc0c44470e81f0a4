"""Searches through the retrieval service, the only file that knows its messages."""

from __future__ import annotations

from dataclasses import replace

import grpc
import numpy as np

from libs.common.call_throttle import CallThrottle
from libs.common.caller import Caller
from libs.common.clock import Clock
from libs.common.pb.retrieval.v1 import retrieval_pb2, retrieval_pb2_grpc
from libs.common.pressure import PRESSURE_KEY
from libs.common.rpc_client import CallSigner
from libs.common.rpc_errors import decode
from libs.common.rpc_repeat import Repeats
from services.generation.passage import Found, Passage
from services.generation.question import Question
from services.generation.stored_vectors import StoredVectors


class GrpcSearcher:
    """A `Searcher` over `Retrieval.Search`, acting for the caller.

    Args:
        stub: The retrieval service.
        signer: Signs calls to it.
        throttle: Keeps back what it would refuse.
        clock: Limits how long a search may take with its repeat.
        vectors: Whether to ask for the vectors of sentences, with which a model's citations are checked.
    """

    def __init__(
        self,
        stub: retrieval_pb2_grpc.RetrievalStub,
        signer: CallSigner,
        throttle: CallThrottle,
        clock: Clock,
        *,
        vectors: bool = False,
    ) -> None:
        self._stub = stub
        self._signer = signer
        self._throttle = throttle
        self._repeats = Repeats("Search", clock)
        self._vectors = vectors

    async def search(self, caller: Caller, question: Question, profile: str, seconds: float) -> Found:
        """Returns the passages that the caller may see and that match best."""
        request = retrieval_pb2.SearchRequest(
            query=question.text,
            profile=profile,
            page_hint=retrieval_pb2.PageHint(url=question.page_url, title=question.page_title),
            include_text=True,
            include_sentence_vectors=self._vectors,
        )
        with self._throttle.attempt("Search", caller.tenant):
            return await self._search(caller, request, seconds)

    async def _search(self, caller: Caller, request: retrieval_pb2.SearchRequest, seconds: float) -> Found:
        attempts, metadata = self._repeats.begin(seconds), self._signer.metadata(caller)
        while True:
            call = self._stub.Search(request, metadata=metadata, timeout=attempts.left())
            try:
                response = await call
                level = str(dict(await call.initial_metadata() or ()).get(PRESSURE_KEY, ""))
            except grpc.aio.AioRpcError as error:
                if attempts.again(error):
                    continue
                raise decode(error, "retrieval") from None
            return replace(found_in(response), pressure=int(level) if level.isdigit() else 0)


def found_in(response: retrieval_pb2.SearchResponse) -> Found:
    """Returns what a response holds."""
    passages = tuple(_passage(message) for message in response.passages)
    return Found(passages, response.index_version, tuple(response.degradations))


def _passage(message: retrieval_pb2.Passage) -> Passage:
    return Passage(
        passage_id=message.passage_id,
        document_id=message.document_id,
        uri=message.uri,
        title=message.title,
        heading_path=tuple(message.heading_path),
        text=message.text,
        score=message.score,
        dense=message.scores.dense if message.scores.HasField("dense") else None,
        start=message.start,
        url=message.url,
        language=message.language,
        page=message.page,
        vectors=_vectors(message.sentence_vectors) if message.HasField("sentence_vectors") else None,
    )


def _vectors(message: retrieval_pb2.SentenceVectors) -> StoredVectors | None:
    """The vectors of a message; None where its parts do not fit together."""
    count, dimensions = len(message.starts), message.dimensions
    if not count == len(message.ends) == len(message.scales) or len(message.values) != count * dimensions:
        return None
    return StoredVectors(
        embedder=message.embedder,
        starts=tuple(message.starts),
        ends=tuple(message.ends),
        values=np.frombuffer(message.values, np.int8).reshape(count, dimensions),
        scales=tuple(message.scales),
    )
