"""The service over a real connection: who may call it, what it finds, what it refuses."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
import numpy as np
import pytest
import pytest_asyncio

from libs.common.errors import DependencyUnavailable, InvalidRequest
from libs.common.keys import create_signing_key
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.rpc_errors import decode
from services.retrieval.database_sqlite import SqliteDatabase
from services.retrieval.sentence_store_sql import SqlSentenceStore
from services.retrieval.sentence_vectors import SentenceVectors
from services.retrieval.server import POLICY, SENTENCE_BYTES, RetrievalServer
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_calls import index_documents, refusal
from tests.retrieval.example_passages import build_index, example
from tests.retrieval.running_server import Keys, Metadata, Running, running_server

ACME_CANARY = "acme-canary-7f3a"
GLOBEX_CANARY = "globex-canary-91c2"
BOARD_CANARY = "board-canary-d44e"

PUBLIC = example(
    f"The radio of {ACME_CANARY} needs a battery.", uri="docs/radio.md", url="https://a.example/r"
)
JACKETS = example("Lifejackets hang beside the door.", uri="docs/jackets.md")
BOARD = example(f"The board of {BOARD_CANARY} sold the radio.", uri="docs/board.md", access=("board",))
FOREIGN = example(f"The radio of {GLOBEX_CANARY} is new.", tenant="globex", uri="docs/radio.md")
EVERYTHING = (PUBLIC, JACKETS, BOARD, FOREIGN)


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")  # type: ignore[untyped-decorator]
async def empty(tmp_path: Path) -> AsyncIterator[Running]:
    async with running_server(tmp_path, FakeEmbedder()) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")  # type: ignore[untyped-decorator]
async def fresh(empty: Running) -> Running:
    """For tests that change something."""
    await empty.publish(EVERYTHING)
    return empty


@pytest_asyncio.fixture(loop_scope="module", scope="module")  # type: ignore[untyped-decorator]
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """For tests that only read."""
    async with running_server(tmp_path_factory.mktemp("retrieval"), FakeEmbedder()) as running:
        await running.publish(EVERYTHING)
        yield running


async def search(
    running: Running, metadata: Metadata, query: str = "radio", **more: Any
) -> pb.SearchResponse:
    request = pb.SearchRequest(query=query, include_text=True, **more)
    response: pb.SearchResponse = await running.stub.Search(request, metadata=metadata, timeout=10)
    return response


async def test_a_search_finds_and_explains(running: Running) -> None:
    response = await search(running, running.keys.visitor("acme"), "radio battery", k=1)
    (found,) = response.passages
    assert (found.passage_id, found.document_id) == (PUBLIC.passage_id, PUBLIC.document_id)
    assert (found.uri, found.url, found.title) == (PUBLIC.uri, PUBLIC.url, "Guide")
    assert (list(found.heading_path), found.text) == (["Guide", "Part"], PUBLIC.text)
    assert (found.start, found.end, found.updated_at) == (3, 3 + len(PUBLIC.text), PUBLIC.updated_at)
    assert found.score == pytest.approx(found.scores.fused) == pytest.approx(1.0)
    assert 0 < found.scores.dense < 1
    assert found.scores.bm25 > 0
    assert (response.index_version, response.content_revision) == ("main", 1)
    assert (response.profile, list(response.degradations)) == ("default", [])
    assert response.timings.total_ms > 0


async def test_text_comes_only_where_it_is_asked_for(running: Running) -> None:
    request = pb.SearchRequest(query="radio")
    response = await running.stub.Search(request, metadata=running.keys.visitor("acme"))
    assert [found.text for found in response.passages] == ["", ""]


async def test_a_stage_that_did_not_see_a_passage_has_no_score(running: Running) -> None:
    response = await search(running, running.keys.visitor("acme"), "lifejackets")
    by_id = {found.passage_id: found for found in response.passages}
    assert by_id[JACKETS.passage_id].scores.HasField("bm25")
    assert not by_id[PUBLIC.passage_id].scores.HasField("bm25")
    assert by_id[PUBLIC.passage_id].scores.HasField("dense")


async def test_a_search_goes_on_where_its_last_page_ended(running: Running) -> None:
    metadata = running.keys.visitor("acme", "board")
    pages = [await search(running, metadata, "radio", k=2)]
    while pages[-1].next_page_token:
        pages.append(
            await search(running, metadata, "radio", k=2, page_token=pages[-1].next_page_token, explain=True)
        )
    found = [passage.passage_id for page in pages for passage in page.passages]
    assert sorted(found) == sorted(p.passage_id for p in (PUBLIC, JACKETS, BOARD))
    assert [len(page.passages) for page in pages] == [2, 1]
    assert not pages[0].HasField("explanation")
    assert pages[1].explanation.offset == 2
    assert {stage.name for stage in pages[1].explanation.stages} >= {"dense", "bm25", "fuse"}


@pytest.mark.parametrize(
    ("tenant", "access", "seen"),
    [
        ("acme", (), {ACME_CANARY}),
        ("acme", ("board",), {ACME_CANARY, BOARD_CANARY}),
        ("globex", (), {GLOBEX_CANARY}),
        ("globex", ("board",), {GLOBEX_CANARY}),
        ("acm", ("board",), set()),
        ("*", ("*",), set()),
    ],
)
async def test_nothing_of_another_tenant_or_access_group_ever_comes_back(
    running: Running, tenant: str, access: tuple[str, ...], seen: set[str]
) -> None:
    metadata = running.keys.visitor(tenant, *access)
    answers: list[Any] = [
        await search(running, metadata, f"{ACME_CANARY} {GLOBEX_CANARY} {BOARD_CANARY}", k=50),
        await search(running, metadata, filter=pb.SearchFilter(uri_prefix="docs/")),
        await search(running, metadata, "what hangs there?", explain=True),
        await search(
            running,
            metadata,
            filter=pb.SearchFilter(document_ids=[passage.document_id for passage in EVERYTHING]),
        ),
        await running.stub.GetPassages(
            pb.GetPassagesRequest(passage_ids=[passage.passage_id for passage in EVERYTHING]),
            metadata=metadata,
        ),
    ]
    for answer in answers:
        text = str(answer)
        found = {canary for canary in (ACME_CANARY, GLOBEX_CANARY, BOARD_CANARY) if canary in text}
        assert found == seen


async def test_a_token_bound_to_a_tenant_sees_what_its_access_says(running: Running) -> None:
    plain = await search(running, running.keys.team("acme", "search"))
    assert BOARD_CANARY not in str(plain)
    tagged = await search(running, running.keys.team("acme", "search", access=["board"]))
    assert BOARD_CANARY in str(tagged)


CALLS: dict[str, Any] = {
    "Search": pb.SearchRequest(query="radio"),
    "GetPassages": pb.GetPassagesRequest(passage_ids=[PUBLIC.passage_id]),
    "GetIndex": pb.GetIndexRequest(),
    "IndexDocuments": iter(()),
    "ListDocuments": pb.ListDocumentsRequest(),
    "GetDocument": pb.GetDocumentRequest(document_id="x"),
    "DeleteDocuments": pb.DeleteDocumentsRequest(document_ids=["x"]),
    "RetryDocuments": pb.RetryDocumentsRequest(document_ids=["x"]),
    "GetContentReport": pb.GetContentReportRequest(),
    "CreateSnapshot": pb.CreateSnapshotRequest(),
    "VerifySnapshot": iter(()),
    "RestoreSnapshot": iter(()),
}


async def test_every_method_says_who_may_call_it() -> None:
    service = pb.DESCRIPTOR.services_by_name["Retrieval"]
    assert {method.name for method in service.methods} == set(POLICY) == set(CALLS)


def bad_tokens(keys: Keys, tmp_path: Path, role: str) -> dict[str, tuple[Metadata, str]]:
    stranger = create_signing_key(tmp_path / "stranger.pem")
    ours, other = [role], ["ingest" if role == "search" else "search"]
    good = keys.team("acme", role)
    forged = ((good[0][0], good[0][1][:-6] + "AAAAAA"),)
    return {
        "missing": ((), "unauthenticated"),
        "empty": ((("authorization", "Bearer "),), "unauthenticated"),
        "no bearer": ((("authorization", "Basic eDp5"),), "unauthenticated"),
        "forged": (forged, "unauthenticated"),
        "unknown key": (keys.token("cli", ours, tenant="acme", key=stranger), "unauthenticated"),
        "another's key": (
            keys.token("cli", ours, tenant="acme", key=keys.by_service["insights"]),
            "unauthenticated",
        ),
        "expired": (keys.token("cli", ours, tenant="acme", age=7200), "unauthenticated"),
        "meant for another service": (
            keys.token("cli", ours, tenant="acme", target="config"),
            "unauthenticated",
        ),
        "foreign tenant": (keys.token("acme-team", ours, tenant="globex"), "unauthenticated"),
        "role the key may not assert": (keys.token("insights", ours, tenant="acme"), "unauthenticated"),
        "wrong role": (keys.team("acme", *other), "forbidden"),
        "no role": (keys.team("acme"), "forbidden"),
        "no tenant": (keys.token("cli", ours), "forbidden"),
        "another tenant asserted": ((*good, ("x-causeway-tenant", "globex")), "forbidden"),
    }


@pytest.mark.parametrize("method", CALLS)
async def test_a_call_without_the_right_token_reaches_nothing(
    running: Running, tmp_path: Path, method: str
) -> None:
    role, embedded = POLICY[method].role, len(running.embedder.texts)  # type: ignore[attr-defined]
    assert role is not None
    for name, (metadata, kind) in bad_tokens(running.keys, tmp_path, role).items():
        error = await refusal(getattr(running.stub, method)(CALLS[method], metadata=metadata, timeout=10))
        assert error.kind == kind, name
    assert len(running.embedder.texts) == embedded  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (pb.SearchRequest(), "query"),
        (pb.SearchRequest(query=" \n "), "query"),
        (pb.SearchRequest(query="x" * 4097), "query"),
        (pb.SearchRequest(query="x", k=51), "k"),
        (pb.SearchRequest(query="x", k=-1), "k"),
        (pb.SearchRequest(query="x", profile="nonsense"), "profile"),
        (pb.SearchRequest(query="x", filter=pb.SearchFilter(document_ids=["d"] * 101)), "filter"),
        (pb.SearchRequest(query="x", filter=pb.SearchFilter(document_ids=[""])), "filter.document_ids"),
        (pb.SearchRequest(query="x", page_token="made up"), "page_token"),
        (pb.GetPassagesRequest(), "passage_ids"),
        (pb.GetPassagesRequest(passage_ids=["x"] * 101), "passage_ids"),
        (pb.ListDocumentsRequest(page_size=-1), "page_size"),
        (pb.ListDocumentsRequest(page_size=1001), "page_size"),
        (pb.ListDocumentsRequest(state="lost"), "state"),
        (pb.ListDocumentsRequest(page_token="made up"), "page_token"),
        (pb.DeleteDocumentsRequest(), "document_ids"),
        (pb.RetryDocumentsRequest(), "document_ids"),
        (pb.RetryDocumentsRequest(document_ids=["x"] * 1001), "document_ids"),
        (pb.GetContentReportRequest(examples=-1), "examples"),
        (pb.GetContentReportRequest(examples=101), "examples"),
        (pb.DeleteDocumentsRequest(document_ids=["x"] * 1001), "document_ids"),
    ],
)
async def test_a_bad_request_names_its_field(running: Running, request_: Any, field: str) -> None:
    method = type(request_).__name__.removesuffix("Request")
    metadata = running.keys.team("acme", "search", "ingest")
    error = await refusal(getattr(running.stub, method)(request_, metadata=metadata, timeout=10))
    assert isinstance(error, InvalidRequest)
    assert error.field == field


async def test_a_search_that_cannot_finish_is_refused(running: Running) -> None:
    metadata = running.keys.visitor("acme")
    request = pb.SearchRequest(query="radio")
    error = await refusal(running.stub.Search(request, metadata=metadata, timeout=0.015))
    assert error.kind == "deadline_exceeded"


async def test_an_empty_index_gives_an_empty_result(empty: Running) -> None:
    response = await search(empty, empty.keys.visitor("acme"))
    assert (list(response.passages), response.index_version, response.content_revision) == ([], "", 0)
    await empty.publish([])
    response = await search(empty, empty.keys.visitor("acme"))
    assert (list(response.passages), response.index_version, response.content_revision) == ([], "main", 1)


async def test_many_searches_at_once_all_get_their_own_answer(running: Running) -> None:
    async def one(number: int) -> None:
        tenant, canary = (("acme", ACME_CANARY), ("globex", GLOBEX_CANARY))[number % 2]
        response = await search(running, running.keys.visitor(tenant), f"radio {canary}")
        assert canary in response.passages[0].text

    await asyncio.gather(*(one(number) for number in range(100)))


async def test_swapping_builds_fails_no_search(fresh: Running) -> None:
    swapping = True
    revisions: set[int] = set()

    async def keep_searching() -> None:
        metadata = fresh.keys.visitor("acme")
        while swapping:
            response = await search(fresh, metadata)
            assert PUBLIC.passage_id in {found.passage_id for found in response.passages}
            revisions.add(response.content_revision)

    searching = [asyncio.create_task(keep_searching()) for _ in range(4)]
    for revision in range(2, 7):
        await fresh.publish([*EVERYTHING, example(f"Number {revision}")], revision)
    await search(fresh, fresh.keys.visitor("acme"))
    swapping = False
    await asyncio.gather(*searching)
    assert len(revisions) > 1


async def test_a_corrupt_build_is_refused_and_the_old_one_serves(fresh: Running) -> None:
    damaged = build_index(fresh.index_root, [*EVERYTHING, example("More.")], 2)
    vectors = next(damaged.path.rglob("chunk_0.mmap"))
    content = bytearray(vectors.read_bytes())
    content[10] ^= 1
    vectors.write_bytes(content)
    await fresh.served.refresh()
    assert (await search(fresh, fresh.keys.visitor("acme"))).content_revision == 1
    await fresh.publish(EVERYTHING, 3)
    response = await search(fresh, fresh.keys.visitor("acme"))
    assert response.content_revision == 3
    assert response.passages


async def test_the_index_is_described_for_the_callers_tenant(fresh: Running) -> None:
    metadata = fresh.keys.team("acme", "search", "ingest")
    await index_documents(fresh, metadata, ("a.md", b"# A"), ("b.md", b"# B"))
    described = await fresh.stub.GetIndex(pb.GetIndexRequest(), metadata=metadata)
    assert (described.index_version, described.content_revision, described.passages) == ("main", 1, 3)
    assert described.embedder == "fake-1"
    assert described.documents.pending == 2
    assert described.accepted_revision >= 1
    other = await fresh.stub.GetIndex(pb.GetIndexRequest(), metadata=fresh.keys.team("globex", "search"))
    assert (other.passages, other.documents.pending, other.accepted_revision) == (1, 0, 0)


async def test_a_search_tells_the_pressure_and_refuses_a_priority_that_is_none(running: Running) -> None:
    call = running.stub.Search(pb.SearchRequest(query="radio"), metadata=running.keys.visitor("acme"))
    metadata = dict(await call.initial_metadata())
    assert metadata["x-causeway-pressure"] == "0"
    await call
    asked = (*running.keys.visitor("acme"), ("x-causeway-priority", "urgent"))
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await running.stub.Search(pb.SearchRequest(query="radio"), metadata=asked)
    assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT


async def test_an_answer_begins_when_it_is_made(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails or dies before that has not begun, and is gRPC's own to make again."""

    async def fail(*_: Any) -> None:
        raise DependencyUnavailable("The sentences cannot be read.")

    monkeypatch.setattr(RetrievalServer, "_add_sentences", fail)
    request = pb.SearchRequest(query="radio", include_sentence_vectors=True)
    with pytest.raises(grpc.aio.AioRpcError) as failed:
        await running.stub.Search(request, metadata=running.keys.visitor("acme"))
    assert decode(failed.value, "retrieval").kind == "dependency_unavailable"
    assert not failed.value.initial_metadata()


async def test_sentence_vectors_come_where_they_are_asked_for_and_made(
    fresh: Running, tmp_path: Path
) -> None:
    vectors = FakeEmbedder().embed_passages(["The radio needs a battery.", "It is new."])
    database = SqliteDatabase(tmp_path / "documents.sqlite")
    digest = hashlib.sha256(PUBLIC.indexed_text.encode()).digest()
    SqlSentenceStore(database).keep("fake-1", {digest: SentenceVectors.of([(0, 9), (10, 20)], vectors)})

    without = await search(fresh, fresh.keys.visitor("acme"))
    response = await search(fresh, fresh.keys.visitor("acme"), include_sentence_vectors=True)

    by_id = {passage.passage_id: passage for passage in response.passages}
    found = by_id[PUBLIC.passage_id].sentence_vectors
    assert (found.embedder, found.dimensions) == ("fake-1", 384)
    assert (list(found.starts), list(found.ends)) == ([0, 10], [9, 20])
    values = np.frombuffer(found.values, np.int8).reshape(2, 384) * np.array(found.scales)[:, None]
    assert np.einsum("ij,ij->i", values, vectors).min() > 0.999
    assert not by_id[JACKETS.passage_id].HasField("sentence_vectors") if JACKETS.passage_id in by_id else True
    assert not any(passage.HasField("sentence_vectors") for passage in without.passages)
    assert not response.degradations
    database.close()


async def test_sentence_vectors_that_cannot_be_read_are_gone_without(fresh: Running, tmp_path: Path) -> None:
    digest = hashlib.sha256(PUBLIC.indexed_text.encode()).digest()
    damaged = "INSERT INTO sentence_vectors VALUES ('fake-1', :hash, :hash)"
    with closing(SqliteDatabase(tmp_path / "documents.sqlite")) as database, database.session() as session:
        session.change(damaged, {"hash": digest})

    response = await search(fresh, fresh.keys.visitor("acme"), include_sentence_vectors=True)

    assert response.passages
    assert list(response.degradations) == ["sentence_vectors"]


async def test_sentence_vectors_of_a_response_are_bounded(fresh: Running, tmp_path: Path) -> None:
    database = SqliteDatabase(tmp_path / "documents.sqlite")
    large = SentenceVectors.of([(0, 1)] * 48, np.ones((48, SENTENCE_BYTES // 60), np.float32))
    hashes = [hashlib.sha256(one.indexed_text.encode()).digest() for one in EVERYTHING]
    SqlSentenceStore(database).keep("fake-1", dict.fromkeys(hashes, large))
    database.close()

    everything = await search(
        fresh, fresh.keys.visitor("acme", "board"), "radio battery door board", include_sentence_vectors=True
    )

    having = [passage.HasField("sentence_vectors") for passage in everything.passages]
    assert having[:2] == [True, False]
