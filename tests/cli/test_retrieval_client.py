"""The command's connection to retrieval: bound to a tenant, with no more rights than it needs."""

from __future__ import annotations

from cli.retrieval_client import connect_retrieval
from cli.settings import Settings
from libs.common.clock import SystemClock
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.service_tokens import ServiceTokenVerifier


async def test_its_token_is_the_commands_for_one_tenant_and_the_named_roles(settings: Settings) -> None:
    verifier = ServiceTokenVerifier("retrieval", settings.keys_folder / "trust.json", SystemClock())
    async with connect_retrieval(settings, "acme", ["search"], ["staff"]) as client:
        ((name, value),) = client.metadata

    identity = verifier.verify(value.removeprefix("Bearer "))
    assert (name, identity.service, identity.tenant) == ("authorization", "cli", "acme")
    assert (identity.roles, identity.access) == (frozenset({"search"}), frozenset({"staff"}))


async def test_it_reaches_retrieval(settings: Settings) -> None:
    async with connect_retrieval(settings, "acme", ["ingest"]) as client:
        answer = await client.stub.GetIndex(pb.GetIndexRequest(), metadata=client.metadata, timeout=10)

    assert isinstance(answer, pb.GetIndexResponse)
