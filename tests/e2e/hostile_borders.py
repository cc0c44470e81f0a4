"""Everything that a tenant can try with the other one's ids."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from google.protobuf.message import Message

from libs.common.pb.config.v1 import config_pb2
from libs.common.pb.generation.v1 import generation_pb2
from libs.common.pb.insights.v1 import insights_pb2
from libs.common.pb.retrieval.v1 import retrieval_pb2
from tests.e2e.hostile_belongings import Belongings
from tests.e2e.hostile_calls import FORBIDDEN, MISSING, Code
from tests.e2e.hostile_methods import CASES, documents, header, source
from tests.e2e.hostile_routes import JSON, bearer
from tests.e2e.hostile_wire import request
from tests.e2e.hostile_world import QUESTION, Metadata, Side, World

_pb, _gen = retrieval_pb2, generation_pb2


def foreign_requests(side: Side, mine: Belongings, theirs: Belongings) -> Iterator[tuple[bytes, set[int]]]:
    """HTTP requests about the other tenant's things, with the statuses that they may meet."""
    own = [bearer(mine.session)]

    def post(path: bytes, body: Mapping[str, object], *more: tuple[bytes, bytes]) -> bytes:
        return request("POST", path, [*own, JSON, *more], json.dumps(body).encode())

    events = f"/v1/chat/{theirs.query_id}/events".encode()
    last = (b"Last-Event-ID", f"{theirs.query_id}.1".encode())
    yield request("GET", events, own), {404}
    yield request("GET", events, [*own, last]), {404}
    yield request("DELETE", f"/v1/chat/{theirs.query_id}".encode(), own), {404}
    yield request("GET", f"/v1/passages/{theirs.passage_id}".encode(), own), {404}
    yield request("GET", f"/v1/passages/{theirs.passage_id.upper()}".encode(), own), {404}
    yield request("GET", b"/v1/config", [*own, (b"If-None-Match", b"*")]), {304}
    yield request("GET", b"/v1/config", [*own, (b"x-causeway-tenant", side.tenant.encode())]), {200}
    asked = {"question": QUESTION, "conversation_id": theirs.conversation_id}
    yield post(b"/v1/chat", asked), {404}
    for key in (theirs.query_id, theirs.conversation_id):
        yield post(b"/v1/chat", {"question": QUESTION}, (b"Idempotency-Key", key.encode())), {200}
    vote = {"feedback_id": theirs.feedback_id, "query_id": theirs.query_id, "vote": "down"}
    yield post(b"/v1/feedback", vote), {404}
    yield post(b"/v1/sessions", {"resume": theirs.conversation_id}), {201}


def foreign_calls(
    world: World, side: Side, other: Side, mine: Belongings, theirs: Belongings
) -> Iterator[tuple[str, list[Message], Metadata, set[Code]]]:
    """gRPC calls about the other tenant's things: method, messages, caller, codes."""
    visitor = {service: world.visitor(side, service) for service in ("retrieval", "generation", "insights")}
    search, ingest = visitor["retrieval"], world.team(side.tenant, "search", "ingest")
    ok = {Code.OK}
    for narrowed in (
        {"filter": _pb.SearchFilter(document_ids=[theirs.document_id])},
        {"filter": _pb.SearchFilter(uri_prefix="harbour")},
        {"filter": _pb.SearchFilter(updated_from="1970-01-01T00:00:00Z")},
        {"profile": ""},
        {"query": other.canary},
        {"query": QUESTION + " " + other.canary, "k": 50},
    ):
        wanted = _pb.SearchRequest(**({"query": QUESTION, "include_text": True} | narrowed))  # type: ignore[arg-type]
        yield "retrieval.Search", [wanted], search, ok
        yield "retrieval.Search", [wanted], ingest, ok
    yield "retrieval.GetPassages", [_pb.GetPassagesRequest(passage_ids=[theirs.passage_id])], search, ok
    yield "retrieval.GetDocument", [_pb.GetDocumentRequest(document_id=theirs.document_id)], ingest, {MISSING}
    yield (
        "retrieval.DeleteDocuments",
        [_pb.DeleteDocumentsRequest(document_ids=[theirs.document_id])],
        ingest,
        ok,
    )
    yield (
        "retrieval.RetryDocuments",
        [_pb.RetryDocumentsRequest(document_ids=[theirs.document_id])],
        ingest,
        ok,
    )
    yield "retrieval.GetContentReport", [_pb.GetContentReportRequest(examples=100)], ingest, ok
    yield "retrieval.ListDocuments", [_pb.ListDocumentsRequest(page_size=1000)], ingest, ok
    yield "retrieval.GetIndex", [_pb.GetIndexRequest()], ingest, ok
    sent = documents(source("theirs", complete=True), header("theirs.md"))
    yield "retrieval.IndexDocuments", sent, ingest, ok
    answer = CASES["generation.Answer"].good
    yield "generation.Answer", answer(theirs), visitor["generation"], {MISSING}
    attached = _gen.AnswerRequest.FromString(answer(mine)[0].SerializeToString())
    attached.query_id, attached.conversation_id = theirs.query_id, theirs.conversation_id
    yield "generation.Answer", [attached], visitor["generation"], ok
    stranger = world.visitor(side, "generation", "bob")
    for caller in (visitor["generation"], stranger):
        # The first made the answer of that id its own just now: what it reads is its own.
        code = ok if caller is not stranger else {MISSING}
        yield "generation.ResumeAnswer", [_gen.ResumeAnswerRequest(query_id=theirs.query_id)], caller, code
        yield "generation.StopAnswer", [_gen.StopAnswerRequest(query_id=theirs.query_id)], caller, code
    vote = insights_pb2.RecordFeedbackRequest(
        feedback_id=theirs.feedback_id, query_id=theirs.query_id, vote=insights_pb2.VOTE_DOWN
    )
    yield "insights.RecordFeedback", [vote], visitor["insights"], {Code.OK, Code.FAILED_PRECONDITION}
    bound = world.team(side.tenant, target="config")
    manifest = config_pb2.GetManifestRequest(tenant_id=other.tenant, manifest_id=theirs.manifest_id)
    yield "config.GetManifest", [manifest], bound, {FORBIDDEN}
    yield "config.WatchManifest", [config_pb2.WatchManifestRequest()], bound, {FORBIDDEN}
    yield "config.ReportRevision", [config_pb2.ReportRevisionRequest()], bound, {FORBIDDEN}
