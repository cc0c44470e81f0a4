"""Every gRPC method, with what a good call of it looks like and what its bad ones are answered with."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message

from libs.common.pb.config.v1 import config_pb2
from libs.common.pb.generation.v1 import generation_pb2
from libs.common.pb.insights.v1 import insights_pb2
from libs.common.pb.retrieval.v1 import retrieval_pb2
from tests.e2e.hostile_belongings import Belongings
from tests.e2e.hostile_calls import INVALID, MISSING, CallCase, Code
from tests.e2e.hostile_world import QUESTION


def _answer(mine: Belongings, **changes: Any) -> list[Message]:
    values: dict[str, Any] = {
        "query_id": "q_" + secrets.token_hex(16),
        "body_hash": "0" * 64,
        "question": QUESTION,
        "conversation_id": "c_" + secrets.token_hex(8),
        "manifest_id": mine.manifest_id,
        "variant": "stable",
        "locale": "en",
        "page_hint": generation_pb2.PageHint(url="https://x.example/", title="X"),
    }
    return [generation_pb2.AnswerRequest(**(values | changes))]


def _vote(mine: Belongings, **changes: Any) -> list[Message]:
    values: dict[str, Any] = {
        "feedback_id": secrets.token_hex(8),
        "query_id": mine.query_id,
        "vote": insights_pb2.VOTE_UP,
        "rating": 5,
        "labels": ["clear"],
        "comment": "thanks",
        "manifest_id": mine.manifest_id,
    }
    return [insights_pb2.RecordFeedbackRequest(**(values | changes))]


def _record(mine: Belongings, **changes: Any) -> list[Message]:
    values: dict[str, Any] = {
        "query_id": mine.query_id,
        "question": QUESTION,
        "finish": "stop",
        "confidence": 0.5,
        "versions": insights_pb2.AnswerVersions(manifest_id=mine.manifest_id, variant="stable"),
        "sources": [insights_pb2.RecordedSource(n=1, passage_id=mine.passage_id, cited=True, support=0.5)],
    }
    return [insights_pb2.RecordAnswerRequest(record=insights_pb2.AnswerRecord(**(values | changes)))]


def _report(tenant_id: str, version: str, revision: int) -> Message:
    served = config_pb2.ContentRevision(tenant_id=tenant_id, index_version=version, content_revision=revision)
    return config_pb2.ReportRevisionRequest(revisions=[served])


def _search(**changes: Any) -> list[Message]:
    values: dict[str, Any] = {"query": QUESTION, "include_text": True}
    return [retrieval_pb2.SearchRequest(**(values | changes))]


def documents(*parts: Any) -> list[Message]:
    """A stream of documents: a source, headers, contents."""
    fields: dict[type, str] = {
        retrieval_pb2.DocumentSource: "source",
        retrieval_pb2.DocumentHeader: "document",
        bytes: "content",
    }
    return [
        retrieval_pb2.IndexDocumentsRequest(**{fields[type(part)]: part} if part is not None else {})
        for part in parts
    ]


def source(name: str = "docs", *, complete: bool = False) -> retrieval_pb2.DocumentSource:
    """Where documents come from."""
    return retrieval_pb2.DocumentSource(source_id=name, complete=complete)


def header(uri: str = "a.md", **more: Any) -> retrieval_pb2.DocumentHeader:
    """A document's header."""
    return retrieval_pb2.DocumentHeader(uri=uri, **more)


def _filter(**parts: Any) -> retrieval_pb2.SearchFilter:
    return retrieval_pb2.SearchFilter(**parts)


_UNKNOWN = "q_" + "Z" * 32
_pb, _gen = retrieval_pb2, generation_pb2

_REFUSED = frozenset({Code.FAILED_PRECONDITION})
"""A snapshot is checked to its last byte: what these callers send is none."""
_SNAPPED = _REFUSED | {Code.OK}
"""While documents are being indexed there is no snapshot."""

CASES: Mapping[str, CallCase] = {
    "retrieval.Search": CallCase(
        "visitor",
        "search",
        lambda mine: _search(filter=_filter(document_ids=[mine.document_id])),
        lambda mine: {
            "no query": (_search(query=" \n"), INVALID),
            "a long query": (_search(query="x" * 5000), INVALID),
            "k = -1": (_search(k=-1), INVALID),
            "k = 10^9": (_search(k=10**9), INVALID),
            "an unknown profile": (_search(profile="../balanced-1"), INVALID),
            "too many documents": (_search(filter=_filter(document_ids=["d"] * 101)), INVALID),
            "an empty document": (_search(filter=_filter(document_ids=[""])), INVALID),
            "a long prefix": (_search(filter=_filter(uri_prefix="x" * 10_000)), INVALID),
            "too many tags": (_search(filter=_filter(tags_any=["t"] * 60, tags_all=["t"] * 60)), INVALID),
            "an empty tag": (_search(filter=_filter(tags_all=[""])), INVALID),
            "a time that is none": (_search(filter=_filter(updated_from="1 OR 1=1")), INVALID),
            "a tag of NULs": (_search(filter=_filter(tags_any=["a\x00"], language="\x00")), Code.OK),
            "a query of NULs": (_search(query="a\x00b"), Code.OK),
            "an address that is none": (_search(page_hint=_pb.PageHint(url="http://[::1")), Code.OK),
        },
    ),
    "retrieval.GetPassages": CallCase(
        "visitor",
        "search",
        lambda mine: [_pb.GetPassagesRequest(passage_ids=[mine.passage_id])],
        lambda mine: {
            "none": ([_pb.GetPassagesRequest()], INVALID),
            "too many": ([_pb.GetPassagesRequest(passage_ids=["a"] * 101)], INVALID),
            "unknown ones": ([_pb.GetPassagesRequest(passage_ids=["", "\x00", "x" * 9999, "0"])], Code.OK),
        },
    ),
    "retrieval.GetIndex": CallCase(
        "visitor", "search", lambda mine: [_pb.GetIndexRequest()], lambda mine: {}
    ),
    "retrieval.IndexDocuments": CallCase(
        "team",
        "ingest",
        lambda mine: documents(source(), header(), b"# A\n\nWords.\n"),
        lambda mine: {
            "nothing": ([], INVALID),
            "content first": (documents(b"x"), INVALID),
            "a header first": (documents(header()), INVALID),
            "content before its header": (documents(source(), b"x"), INVALID),
            "two sources": (documents(source(), source("b")), INVALID),
            "an empty message": (documents(source(), None), INVALID),
            "no name": (documents(source("")), INVALID),
            "a long name": (documents(source("x" * 1000)), INVALID),
            "a name of controls": (documents(source("a\x00\n")), INVALID),
            "2 MiB at once": (documents(source(), header(), b"x" * (2 << 20)), INVALID),
            "bad headers": (
                documents(
                    source(),
                    *(header(uri) for uri in ("", "x" * 3000, "a\x00b", "a.exe", "no-type")),
                    *(
                        header("b.md", url=url)
                        for url in ("javascript:alert(1)", "http://[", "//x", "http://a b")
                    ),
                    header("c.md", access=["a"] * 200 + [str(n) for n in range(200)]),
                    *(
                        header("d.md", updated_at=moment)
                        for moment in ("yesterday", "9999-99-99", "2020-01-01T00:00:00")
                    ),
                    header("e.md", content_type="application/x-sh; charset=\x00"),
                ),
                Code.OK,
            ),
        },
    ),
    "retrieval.ListDocuments": CallCase(
        "team",
        "ingest",
        lambda mine: [_pb.ListDocumentsRequest(page_size=5)],
        lambda mine: {
            "-1": ([_pb.ListDocumentsRequest(page_size=-1)], INVALID),
            "10^9": ([_pb.ListDocumentsRequest(page_size=10**9)], INVALID),
            "an unknown state": ([_pb.ListDocumentsRequest(state="' OR 1=1 --")], INVALID),
            "a token of nobody": ([_pb.ListDocumentsRequest(page_token="x" * 10_000)], INVALID),
            "a token of no list": ([_pb.ListDocumentsRequest(page_token="e30=")], INVALID),
            "a token of another list": (
                [_pb.ListDocumentsRequest(page_token="WyIiLCJmYWlsZWQiXQ==")],
                INVALID,
            ),
        },
    ),
    "retrieval.GetDocument": CallCase(
        "team",
        "ingest",
        lambda mine: [_pb.GetDocumentRequest(document_id=mine.document_id)],
        lambda mine: {
            "none": ([_pb.GetDocumentRequest()], MISSING),
            "an unknown one": ([_pb.GetDocumentRequest(document_id="d_\x00" * 5000)], MISSING),
        },
    ),
    "retrieval.DeleteDocuments": CallCase(
        "team",
        "ingest",
        lambda mine: [_pb.DeleteDocumentsRequest(document_ids=["d_x"])],
        lambda mine: {
            "none": ([_pb.DeleteDocumentsRequest()], INVALID),
            "too many": ([_pb.DeleteDocumentsRequest(document_ids=["d"] * 1001)], INVALID),
            "unknown ones": ([_pb.DeleteDocumentsRequest(document_ids=["%", "*", "", "\x00"])], Code.OK),
        },
    ),
    "retrieval.RetryDocuments": CallCase(
        "team",
        "ingest",
        lambda mine: [_pb.RetryDocumentsRequest(document_ids=["d_x"])],
        lambda mine: {
            "none": ([_pb.RetryDocumentsRequest()], INVALID),
            "too many": ([_pb.RetryDocumentsRequest(document_ids=["d"] * 1001)], INVALID),
            "unknown ones": ([_pb.RetryDocumentsRequest(document_ids=["%", "*", "", "\x00"])], Code.OK),
        },
    ),
    "retrieval.GetContentReport": CallCase(
        "team",
        "ingest",
        lambda mine: [_pb.GetContentReportRequest(examples=3)],
        lambda mine: {
            "-1": ([_pb.GetContentReportRequest(examples=-1)], INVALID),
            "10^9": ([_pb.GetContentReportRequest(examples=10**9)], INVALID),
            "an unknown source": ([_pb.GetContentReportRequest(source_id="%\x00" * 999)], Code.OK),
        },
    ),
    "retrieval.CreateSnapshot": CallCase(
        "team",
        "operate",
        lambda mine: [_pb.CreateSnapshotRequest()],
        lambda mine: {},
        served=_SNAPPED,
    ),
    "retrieval.VerifySnapshot": CallCase(
        "team",
        "operate",
        lambda mine: [_pb.VerifySnapshotRequest(content=b"causeway snapshot\n{}\n")],
        lambda mine: {
            "nothing": ([], Code.FAILED_PRECONDITION),
            "something else": ([_pb.VerifySnapshotRequest(content=b"\0" * 99999)], Code.FAILED_PRECONDITION),
            "2 MiB at once": ([_pb.VerifySnapshotRequest(content=b"x" * (2 << 20))], INVALID),
        },
        served=_REFUSED,
    ),
    "retrieval.RestoreSnapshot": CallCase(
        "team",
        "operate",
        lambda mine: [_pb.RestoreSnapshotRequest(content=b"causeway snapshot\n{}\n")],
        lambda mine: {
            "nothing": ([], Code.FAILED_PRECONDITION),
            "something else": ([_pb.RestoreSnapshotRequest(content=b"\0" * 99999)], Code.FAILED_PRECONDITION),
            "2 MiB at once": ([_pb.RestoreSnapshotRequest(content=b"x" * (2 << 20))], INVALID),
        },
        served=_REFUSED,
    ),
    "generation.Answer": CallCase(
        "visitor",
        "act_for",
        _answer,
        lambda mine: {
            "no id": (_answer(mine, query_id=""), INVALID),
            "an id of nobody": (_answer(mine, query_id="q_../../x" * 9), INVALID),
            "no hash": (_answer(mine, body_hash="f" * 63), INVALID),
            "no question": (_answer(mine, question=" \n"), INVALID),
            "a long question": (_answer(mine, question="x" * 5000), INVALID),
            "a question of controls": (_answer(mine, question="what\x00?"), INVALID),
            "an unknown variant": (_answer(mine, variant="x" * 999), INVALID),
            "a locale that is none": (_answer(mine, locale="a b"), INVALID),
            "a conversation that is none": (_answer(mine, conversation_id="\n" * 200), INVALID),
            "an unknown manifest": (_answer(mine, manifest_id="0" * 64), MISSING),
            "a manifest that is none": (_answer(mine, manifest_id="../demo"), INVALID),
            "another body": (
                _answer(mine, query_id=mine.query_id, body_hash="f" * 64),
                Code.FAILED_PRECONDITION,
            ),
        },
    ),
    "generation.ResumeAnswer": CallCase(
        "visitor",
        "act_for",
        lambda mine: [_gen.ResumeAnswerRequest(query_id=mine.query_id)],
        lambda mine: {
            "an unknown one": ([_gen.ResumeAnswerRequest(query_id=_UNKNOWN)], MISSING),
            "none": ([_gen.ResumeAnswerRequest()], MISSING),
            "-1": ([_gen.ResumeAnswerRequest(query_id=mine.query_id, after_seq=-1)], INVALID),
            "2^62": ([_gen.ResumeAnswerRequest(query_id=mine.query_id, after_seq=2**62)], INVALID),
        },
    ),
    "generation.StopAnswer": CallCase(
        "visitor",
        "act_for",
        lambda mine: [_gen.StopAnswerRequest(query_id=mine.query_id)],
        lambda mine: {
            "an unknown one": ([_gen.StopAnswerRequest(query_id=_UNKNOWN)], MISSING),
            "none": ([_gen.StopAnswerRequest()], MISSING),
            "a long one": ([_gen.StopAnswerRequest(query_id="q_" * 100_000)], MISSING),
        },
    ),
    "generation.ListConversations": CallCase(
        "visitor",
        "act_for",
        lambda mine: [_gen.ListConversationsRequest(page_size=5)],
        lambda mine: {
            "-1": ([_gen.ListConversationsRequest(page_size=-1)], INVALID),
            "10^9": ([_gen.ListConversationsRequest(page_size=10**9)], INVALID),
            "a token of nobody": ([_gen.ListConversationsRequest(page_token="x" * 10_000)], INVALID),
            "a token of no list": ([_gen.ListConversationsRequest(page_token="e30=")], INVALID),
        },
    ),
    "generation.GetConversation": CallCase(
        "visitor",
        "act_for",
        lambda mine: [_gen.GetConversationRequest(conversation_id=mine.conversation_id)],
        lambda mine: {
            "none": ([_gen.GetConversationRequest()], MISSING),
            "an unknown one": ([_gen.GetConversationRequest(conversation_id="c_\x00%" * 5000)], MISSING),
            "-1": ([_gen.GetConversationRequest(conversation_id="c_1", page_size=-1)], INVALID),
            "a token of no list": (
                [_gen.GetConversationRequest(conversation_id="c_1", page_token="WyIiXQ==")],
                INVALID,
            ),
        },
        served=frozenset({Code.OK, MISSING}),  # what the route of the same name has deleted is not found
    ),
    "generation.DeleteConversation": CallCase(
        "visitor",
        "act_for",
        lambda mine: [_gen.DeleteConversationRequest(conversation_id="c_unknown")],
        lambda mine: {
            "none": ([_gen.DeleteConversationRequest()], MISSING),
            "a bad one": ([_gen.DeleteConversationRequest(conversation_id="c_\x00%" * 5000)], MISSING),
        },
    ),
    "config.GetManifest": CallCase(
        "plain",
        "",
        lambda mine: [config_pb2.GetManifestRequest(tenant_id="demo")],
        lambda mine: {
            "no tenant": ([config_pb2.GetManifestRequest(manifest_id=mine.manifest_id)], INVALID),
            "an unknown tenant": ([config_pb2.GetManifestRequest(tenant_id="../demo\x00")], MISSING),
            "an unknown manifest": (
                [config_pb2.GetManifestRequest(tenant_id="demo", manifest_id="' OR 1=1 --")],
                MISSING,
            ),
            "the other's manifest": (
                [config_pb2.GetManifestRequest(tenant_id="rival", manifest_id=mine.manifest_id)],
                MISSING,
            ),
        },
    ),
    "config.WatchManifest": CallCase(
        "plain",
        "",
        lambda mine: [config_pb2.WatchManifestRequest(tenant_ids=["demo", "", "nobody"])],
        lambda mine: {
            "too many": ([config_pb2.WatchManifestRequest(tenant_ids=["a"] * 1001)], INVALID),
        },
        responses=2,
        endless=True,
    ),
    "config.ReportRevision": CallCase(
        "retrieval",
        "",
        lambda mine: [_report("demo", "elsewhere", 1)],
        lambda mine: {
            "no tenant": ([_report("", "elsewhere", 1)], INVALID),
            "no version": ([_report("demo", "", 1)], INVALID),
            "revision -1": ([_report("demo", "elsewhere", -1)], INVALID),
            "an unknown tenant": ([_report("../demo\x00", "elsewhere", 1)], Code.OK),
            "too many": (
                [config_pb2.ReportRevisionRequest(revisions=[config_pb2.ContentRevision()] * 1001)],
                INVALID,
            ),
        },
    ),
    "insights.RecordFeedback": CallCase(
        "visitor",
        "insights",
        _vote,
        lambda mine: {
            "no id": (_vote(mine, feedback_id=""), INVALID),
            "an id of controls": (_vote(mine, feedback_id="a\nb"), INVALID),
            "no answer": (_vote(mine, query_id="x"), INVALID),
            "no vote": (_vote(mine, vote=0), INVALID),
            "a vote that is none": (_vote(mine, vote=99), INVALID),
            "-1 stars": (_vote(mine, rating=-1), INVALID),
            "10^9 stars": (_vote(mine, rating=10**9), INVALID),
            "too many labels": (_vote(mine, labels=["a"] * 11), INVALID),
            "a label of controls": (_vote(mine, labels=["\x00"]), INVALID),
            "a long comment": (_vote(mine, comment="x" * 5000), INVALID),
            "a NUL": (_vote(mine, comment="\x00"), INVALID),
            "a manifest that is none": (_vote(mine, manifest_id="x"), INVALID),
        },
    ),
    "insights.RecordAnswer": CallCase(
        "visitor",
        "insights",
        _record,
        lambda mine: {
            "nothing": ([insights_pb2.RecordAnswerRequest()], INVALID),
            "no answer": (_record(mine, query_id="x"), INVALID),
            "an end that is none": (_record(mine, finish="' OR 1=1 --"), INVALID),
            "a long question": (_record(mine, question="x" * 5000), INVALID),
            "a NUL": (_record(mine, question="\x00"), INVALID),
            "a long word": (_record(mine, intent="x" * 10_000), INVALID),
            "a confidence of infinity": (_record(mine, confidence=float("inf")), INVALID),
            "a cost of nothing known": (_record(mine, cost_usd=float("nan")), INVALID),
            "-1 tokens": (_record(mine, prompt_tokens=-1), INVALID),
            "too many sources": (_record(mine, sources=[insights_pb2.RecordedSource()] * 101), INVALID),
            "somebody else's hash": (_record(mine, subject_hash="\x00", recorded_at_ms=-1), Code.OK),
        },
    ),
    "insights.ListAnswers": CallCase(
        "team",
        "operate",
        lambda mine: [insights_pb2.ListAnswersRequest(page_size=5)],
        lambda mine: {
            "-1": ([insights_pb2.ListAnswersRequest(page_size=-1)], INVALID),
            "10^9": ([insights_pb2.ListAnswersRequest(page_size=10**9)], INVALID),
            "a confidence of 2": ([insights_pb2.ListAnswersRequest(confidence_below=2)], INVALID),
            "before all time": ([insights_pb2.ListAnswersRequest(since_ms=-1)], INVALID),
            "a token of nobody": ([insights_pb2.ListAnswersRequest(page_token="x" * 10_000)], INVALID),
            "a token of another list": (
                [insights_pb2.ListAnswersRequest(page_token="WyIiLCIiXQ==")],
                INVALID,
            ),
        },
    ),
}
"""A method that a service has and this table lacks fails a test."""
