"""Fifty tenants over one server: whatever one of them asks, nothing of another ever comes back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc
import pytest
import pytest_asyncio

from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from tests.fakes.fake_embedder import FakeEmbedder
from tests.retrieval.example_passages import example
from tests.retrieval.running_server import Running, running_server

pytestmark = pytest.mark.asyncio(loop_scope="module")

TENANTS = tuple(f"tenant-{number:02}" for number in range(50))
CANARY = re.compile(r"canary-(tenant-\d\d)-(open|secret)")
PASSAGES = {
    tenant: (
        example(f"The radio of canary-{tenant}-open needs a battery.", tenant=tenant, uri="docs/radio.md"),
        example(f"The board of canary-{tenant}-open meets on Monday.", tenant=tenant, uri="docs/meets.md"),
        example(
            f"The board of canary-{tenant}-secret sold the radio.",
            tenant=tenant,
            uri="docs/board.md",
            access=("board",),
        ),
    )
    for tenant in TENANTS
}
EVERY_ID = [passage.passage_id for passages in PASSAGES.values() for passage in passages]
QUESTION = "The radio of the board"


@pytest_asyncio.fixture(loop_scope="module", scope="module")  # type: ignore[untyped-decorator]
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    async with running_server(tmp_path_factory.mktemp("matrix"), FakeEmbedder()) as server:
        await server.publish([passage for passages in PASSAGES.values() for passage in passages])
        yield server


def requests_of(other: str) -> Iterator[tuple[str, Any]]:
    """What a tenant might ask to see something of another."""
    documents = [passage.document_id for passage in PASSAGES[other]]
    yield "Search", pb.SearchRequest(query=QUESTION, include_text=True, k=50)
    yield "Search", pb.SearchRequest(query=f"canary-{other}-secret", include_text=True, explain=True, k=50)
    only = pb.SearchFilter(document_ids=documents, uri_prefix="docs/")
    yield "Search", pb.SearchRequest(query=QUESTION, include_text=True, filter=only, explain=True)
    yield "GetPassages", pb.GetPassagesRequest(passage_ids=[p.passage_id for p in PASSAGES[other]])


async def told(running: Running, tenant: str, access: tuple[str, ...], method: str, request: Any) -> str:
    """Everything that a caller is told: the answer or the error, with its metadata."""
    call = getattr(running.stub, method)(request, metadata=running.keys.visitor(tenant, *access))
    try:
        return f"{await call} {await call.initial_metadata()} {await call.trailing_metadata()}"
    except grpc.aio.AioRpcError as error:
        return f"{error.details()} {error.trailing_metadata()}"


def foreign_to(tenant: str, access: tuple[str, ...], text: str) -> set[str]:
    """The canaries in a text that this caller may not see."""
    return {
        match.group(0)
        for match in CANARY.finditer(text)
        if match.group(1) != tenant or (match.group(2) == "secret" and "board" not in access)
    }


@pytest.mark.parametrize("access", [(), ("board",)])
async def test_nothing_crosses_from_one_tenant_to_another(running: Running, access: tuple[str, ...]) -> None:
    seen = 0
    for number, tenant in enumerate(TENANTS):
        for other in (tenant, TENANTS[(number + 1) % len(TENANTS)]):
            for method, request in requests_of(other):
                text = await told(running, tenant, access, method, request)
                # The question itself comes back in no answer, so that what is found there is content.
                assert foreign_to(tenant, access, text) == set()
                seen += len(CANARY.findall(text))
    assert seen >= 4 * len(TENANTS)  # the test could not fail if nobody saw anything


async def test_passages_of_all_tenants_at_once_give_only_the_callers_own(running: Running) -> None:
    for tenant in TENANTS[:10]:
        for first in range(0, len(EVERY_ID), 100):
            request = pb.GetPassagesRequest(passage_ids=EVERY_ID[first : first + 100])
            text = await told(running, tenant, ("board",), "GetPassages", request)
            assert foreign_to(tenant, ("board",), text) == set()


async def test_a_page_token_opens_nothing_for_another_tenant(running: Running) -> None:
    request = pb.SearchRequest(query=QUESTION, k=1, include_text=True)
    tokens = {}
    for tenant in TENANTS:
        page = await running.stub.Search(request, metadata=running.keys.visitor(tenant))
        assert page.next_page_token
        tokens[tenant] = page.next_page_token
    for number, tenant in enumerate(TENANTS):
        stolen = tokens[TENANTS[number - 1]]
        with pytest.raises(grpc.aio.AioRpcError) as refused:
            await running.stub.Search(
                pb.SearchRequest(query=QUESTION, k=1, include_text=True, page_token=stolen),
                metadata=running.keys.visitor(tenant),
            )
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert not CANARY.search(f"{refused.value.details()} {refused.value.trailing_metadata()}")


async def test_a_remembered_result_is_nobody_elses(running: Running) -> None:
    """All ask the same words; the second round is answered from memory."""
    request = pb.SearchRequest(query="Who sold the radio?", include_text=True, k=10)
    for _ in range(2):
        for tenant in TENANTS:
            for access in ((), ("board",)):
                text = await told(running, tenant, access, "Search", request)
                assert f"canary-{tenant}-open" in text
                assert foreign_to(tenant, access, text) == set()
                assert ("secret" in text) is ("board" in access)
