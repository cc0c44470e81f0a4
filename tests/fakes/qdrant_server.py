"""A Qdrant server for tests: the real protos over a real socket, answered by the client's local mode."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc
from qdrant_client import QdrantClient
from qdrant_client import grpc as pb
from qdrant_client.conversions.conversion import GrpcToRest, RestToGrpc

CONTROLS_SECONDS = 30.0
"""A held call is let go after so long, so that no test hangs."""


@dataclass
class Faults:
    """What goes wrong from now on.

    Attributes:
        refusals: For a method's name, the code that its calls end with.
        remaining: How many calls of a method are still refused; absent means all.
        gates: For a method's name, what its calls wait for.
    """

    refusals: dict[str, grpc.StatusCode] = field(default_factory=dict)
    remaining: dict[str, int] = field(default_factory=dict)
    gates: dict[str, threading.Event] = field(default_factory=dict)

    def clear(self) -> None:
        for gate in self.gates.values():
            gate.set()
        self.refusals, self.remaining, self.gates = {}, {}, {}


class QdrantServer:
    """Serves `qdrant.Points` and `qdrant.Collections`, as far as the index uses them.

    Args:
        api_key: The only one that is accepted; empty accepts every call.
        tls: Private key and certificate (PEM).
        client: What holds the collections.
    """

    def __init__(
        self, api_key: str = "", tls: tuple[bytes, bytes] | None = None, client: QdrantClient | None = None
    ) -> None:
        self.local = client or QdrantClient(":memory:")
        self.faults = Faults()
        self.version = "1.19.0"
        self.calls: Counter[str] = Counter()
        self.created: list[pb.CreateCollection] = []
        self.indexed: list[pb.CreateFieldIndexCollection] = []
        self.queried: list[pb.QueryBatchPoints] = []
        self._api_key = api_key
        self._tls = tls
        self._server: grpc.Server | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listens, on the port that it had before, if it had one."""
        guard = _Guard(self)
        self._server = grpc.server(
            ThreadPoolExecutor(8), interceptors=[guard], options=[("grpc.so_reuseport", 0)]
        )
        pb.points_service_pb2_grpc.add_PointsServicer_to_server(_Points(self), self._server)  # type: ignore[no-untyped-call]
        pb.collections_service_pb2_grpc.add_CollectionsServicer_to_server(_Collections(self), self._server)  # type: ignore[no-untyped-call]
        pb.qdrant_pb2_grpc.add_QdrantServicer_to_server(_Health(self), self._server)  # type: ignore[no-untyped-call]
        address = f"127.0.0.1:{self.port}"
        if self._tls is None:
            self.port = self._server.add_insecure_port(address)
        else:
            self.port = self._server.add_secure_port(address, grpc.ssl_server_credentials([self._tls]))
        self._server.start()

    def stop(self) -> None:
        """Cuts every connection; what is held stays."""
        # The calls are cut first: one that is let go on might still be answered.
        stopped = self._server.stop(None) if self._server is not None else None
        self.faults.clear()
        if stopped is not None:
            stopped.wait(CONTROLS_SECONDS)
        self._server = None

    def admit(self, method: str, metadata: Sequence[tuple[str, str]]) -> grpc.StatusCode | None:
        """Counts a call, holds it where it is to be held, and tells how it is refused."""
        self.calls[method] += 1
        if self._api_key and ("api-key", self._api_key) not in list(metadata):
            return grpc.StatusCode.UNAUTHENTICATED
        gate = self.faults.gates.get(method)
        if gate is not None:
            gate.wait(CONTROLS_SECONDS)
        if method in self.faults.refusals:
            if method not in self.faults.remaining:
                return self.faults.refusals[method]
            if self.faults.remaining[method] > 0:
                self.faults.remaining[method] -= 1
                return self.faults.refusals[method]
        return None


class _Guard(grpc.ServerInterceptor):
    def __init__(self, server: QdrantServer) -> None:
        self._server = server

    def intercept_service(self, continuation: Any, details: Any) -> Any:
        handler = continuation(details)
        method = details.method.rpartition("/")[2]
        metadata = [(key, value) for key, value in details.invocation_metadata]

        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            refused = self._server.admit(method, metadata)
            if refused is not None:
                context.abort(refused, "refused by the test")
            try:
                return handler.unary_unary(request, context)
            except ValueError as error:
                known = "not found" in str(error)
                code = grpc.StatusCode.NOT_FOUND if known else grpc.StatusCode.INVALID_ARGUMENT
                context.abort(code, str(error))

        return grpc.unary_unary_rpc_method_handler(
            answer, handler.request_deserializer, handler.response_serializer
        )


def _one_at_a_time(work: Callable[..., Any]) -> Callable[..., Any]:
    def locked(servicer: Any, request: Any, context: Any) -> Any:
        with servicer.lock:
            return work(servicer, request, context)

    return locked


class _Points(pb.points_service_pb2_grpc.PointsServicer):
    lock = threading.Lock()

    def __init__(self, server: QdrantServer) -> None:
        self._server = server
        self._local = server.local

    @_one_at_a_time
    def Upsert(self, request: Any, context: Any) -> Any:  # noqa: N802
        points = [GrpcToRest.convert_point_struct(point) for point in request.points]
        self._local.upsert(request.collection_name, points)
        return _done()

    @_one_at_a_time
    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._local.delete(request.collection_name, GrpcToRest.convert_points_selector(request.points))
        return _done()

    @_one_at_a_time
    def Get(self, request: Any, context: Any) -> Any:  # noqa: N802
        ids = [GrpcToRest.convert_point_id(point) for point in request.ids]
        records = self._local.retrieve(
            request.collection_name,
            ids,
            GrpcToRest.convert_with_payload_selector(request.with_payload),
            _wanted_vectors(request),
        )
        return pb.GetResponse(result=[RestToGrpc.convert_record(record) for record in records])

    @_one_at_a_time
    def Scroll(self, request: Any, context: Any) -> Any:  # noqa: N802
        records, following = self._local.scroll(
            request.collection_name,
            GrpcToRest.convert_filter(request.filter) if request.HasField("filter") else None,
            limit=request.limit,
            offset=GrpcToRest.convert_point_id(request.offset) if request.HasField("offset") else None,
            with_payload=GrpcToRest.convert_with_payload_selector(request.with_payload),
            with_vectors=_wanted_vectors(request),
        )
        return pb.ScrollResponse(
            result=[RestToGrpc.convert_record(record) for record in records],
            next_page_offset=RestToGrpc.convert_extended_point_id(following)  # type: ignore[arg-type]
            if following
            else None,
        )

    @_one_at_a_time
    def QueryBatch(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._server.queried.append(request)
        requests = [GrpcToRest.convert_query_points(query) for query in request.query_points]
        answers = self._local.query_batch_points(request.collection_name, requests)
        return pb.QueryBatchResponse(
            result=[
                pb.BatchResult(result=[RestToGrpc.convert_scored_point(point) for point in answer.points])
                for answer in answers
            ]
        )

    @_one_at_a_time
    def CreateFieldIndex(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._server.indexed.append(request)
        return _done()


class _Health(pb.qdrant_pb2_grpc.QdrantServicer):
    def __init__(self, server: QdrantServer) -> None:
        self._server = server

    def HealthCheck(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.HealthCheckReply(title="qdrant", version=self._server.version)


class _Collections(pb.collections_service_pb2_grpc.CollectionsServicer):
    lock = _Points.lock

    def __init__(self, server: QdrantServer) -> None:
        self._server = server
        self._local = server.local

    @_one_at_a_time
    def Create(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._server.created.append(request)
        self._local.create_collection(
            request.collection_name,
            vectors_config=GrpcToRest.convert_vectors_config(request.vectors_config),
            sparse_vectors_config=GrpcToRest.convert_sparse_vector_config(request.sparse_vectors_config),
        )
        return pb.CollectionOperationResponse(result=True)

    @_one_at_a_time
    def Delete(self, request: Any, context: Any) -> Any:  # noqa: N802
        return pb.CollectionOperationResponse(result=self._local.delete_collection(request.collection_name))

    @_one_at_a_time
    def List(self, request: Any, context: Any) -> Any:  # noqa: N802
        found = self._local.get_collections().collections
        return pb.ListCollectionsResponse(collections=[pb.CollectionDescription(name=c.name) for c in found])

    @_one_at_a_time
    def ListAliases(self, request: Any, context: Any) -> Any:  # noqa: N802
        found = self._local.get_aliases().aliases
        return pb.ListAliasesResponse(
            aliases=[
                pb.AliasDescription(alias_name=a.alias_name, collection_name=a.collection_name) for a in found
            ]
        )

    @_one_at_a_time
    def UpdateAliases(self, request: Any, context: Any) -> Any:  # noqa: N802
        changes = [GrpcToRest.convert_alias_operations(action) for action in request.actions]
        self._local.update_collection_aliases(changes)
        return pb.CollectionOperationResponse(result=True)


def _wanted_vectors(request: Any) -> Any:
    if not request.HasField("with_vectors"):
        return False
    return GrpcToRest.convert_with_vectors_selector(request.with_vectors)


def _done() -> Any:
    return pb.PointsOperationResponse(
        result=pb.UpdateResult(operation_id=0, status=pb.UpdateStatus.Completed)
    )
