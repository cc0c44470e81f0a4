"""A retrieval server on a free port over real parts, with keys and tokens to call it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from libs.common.caller import Caller
from libs.common.caller_metadata import to_metadata
from libs.common.clock import SystemClock
from libs.common.keys import SigningKey, create_signing_key, encode_public
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.rpc_server import RpcServer
from libs.common.service_tokens import ServiceTokenVerifier, sign_service_token
from libs.embedding.embedder import Embedder
from services.retrieval.__main__ import retrieval_spec, search_parts, snapshot_parts
from services.retrieval.blobs_folder import BlobFolder
from services.retrieval.builds import BuildFolder
from services.retrieval.content_report_sql import SqlContentReporter
from services.retrieval.database_sqlite import SqliteDatabase
from services.retrieval.document_methods import DocumentParts
from services.retrieval.document_store_sql import SqlDocumentStore
from services.retrieval.index_engine import load_index
from services.retrieval.ingest_status_sql import SqlIngestStatus
from services.retrieval.intake import Intake
from services.retrieval.intake_store_sql import SqlIntakeStore
from services.retrieval.passage import Passage
from services.retrieval.passages import PassageLookup
from services.retrieval.query_embedding import QueryEmbedding
from services.retrieval.search import Search
from services.retrieval.sentence_lookup import SentenceLookup
from services.retrieval.sentence_store_sql import SqlSentenceStore
from services.retrieval.served_index import ServedIndex
from services.retrieval.server import Parts
from services.retrieval.serving_copy import ServingCopies
from services.retrieval.snapshots.snapshot_store_sql import SqlSnapshotStore
from tests.retrieval.example_passages import PAGE_KEY, build_index, reranking
from tests.retrieval.example_versions import NoBundles, only

Metadata = tuple[tuple[str, str], ...]

SERVICES: dict[str, tuple[tuple[str, ...], str | None]] = {
    "generation": (("act_for", "search"), None),
    "edge_gateway": (("act_for", "search"), None),
    "insights": ((), None),
    "cli": (("search", "ingest", "operate"), None),
    "acme-team": (("search", "ingest", "operate"), "acme"),
}
"""Whom the server trusts: roles, and the tenant that they are bound to."""


class Keys:
    """Keys of callers, and the tokens that they sign."""

    def __init__(self, folder: Path) -> None:
        self.trust_file = folder / "trust.json"
        self.by_service: dict[str, SigningKey] = {
            service: create_signing_key(folder / f"{service}.key.pem") for service in SERVICES
        }
        entries = [
            {
                "kid": self.by_service[service].kid,
                "service": service,
                "public_key": encode_public(self.by_service[service].public),
                "roles": list(roles),
                **({"tenant": tenant} if tenant else {}),
            }
            for service, (roles, tenant) in SERVICES.items()
        ]
        self.trust_file.write_text(json.dumps({"keys": entries}))

    def token(
        self,
        service: str,
        roles: Iterable[str],
        *,
        tenant: str | None = None,
        access: Iterable[str] = (),
        target: str = "retrieval",
        age: float = 0.0,
        key: SigningKey | None = None,
    ) -> Metadata:
        """Metadata with a token, as its service would sign it."""
        now = SystemClock().now() - age
        signer = key or self.by_service[service]
        token = sign_service_token(
            signer, service, target, frozenset(roles), now, 600, tenant, frozenset(access)
        )
        return (("authorization", f"Bearer {token}"),)

    def visitor(self, tenant: str, *access: str, service: str = "generation") -> Metadata:
        """Metadata of generation acting for a visitor."""
        caller = Caller(service, tenant, "visitor-1", frozenset(access))
        return self.token(service, ["act_for", "search"]) + to_metadata(caller)

    def team(self, tenant: str, *roles: str, access: Iterable[str] = ()) -> Metadata:
        """Metadata of a command with a token bound to a tenant."""
        return self.token("cli", roles, tenant=tenant, access=access)


@dataclass
class Running:
    """A server that runs.

    Attributes:
        stub: Calls it.
        keys: Signs the calls.
        served: Its index.
        index_root: Where builds are published.
        embedder: Embeds its queries and its passages.
        port: Where it listens.
    """

    stub: retrieval_pb2_grpc.RetrievalStub
    keys: Keys
    served: ServedIndex
    index_root: Path
    embedder: Embedder
    port: int

    async def publish(self, passages: Sequence[Passage], revision: int = 1) -> None:
        """Builds, publishes and serves passages."""
        await asyncio.to_thread(build_index, self.index_root, passages, revision, self.embedder)
        await self.served.refresh()


@asynccontextmanager
async def running_server(
    folder: Path, embedder: Embedder, trust: Path | None = None
) -> AsyncIterator[Running]:
    """Runs a server over real parts in a folder, its manifests excepted; trusts its own keys, or a file's."""
    clock, keys = SystemClock(), Keys(folder)
    copies = ServingCopies(folder / "serving")
    served = ServedIndex(BuildFolder(folder / "index", "main"), partial(load_index, copies), clock)
    versions = only(served)
    embedding = QueryEmbedding(embedder, 2)
    database = SqliteDatabase(folder / "documents.sqlite")
    parts = Parts(
        search=Search(search_parts(versions, embedding, NoBundles(), clock, PAGE_KEY, reranking())),
        lookup=PassageLookup(versions),
        served=versions,
        embedder=embedder.identity,
        sentences=SentenceLookup(SqlSentenceStore(database), embedder.identity),
        documents=DocumentParts(
            SqlDocumentStore(database, clock),
            Intake(SqlIntakeStore(database, clock), BlobFolder(folder / "blobs"), clock),
            SqlContentReporter(database),
        ),
        ingest=SqlIngestStatus(database, clock),
        snapshots=snapshot_parts(
            versions, SqlSnapshotStore(database, clock), folder / "uploads", embedder.identity, clock
        ),
        clock=clock,
    )
    verifier = ServiceTokenVerifier("retrieval", trust or keys.trust_file, clock)
    server = RpcServer(retrieval_spec("127.0.0.1:0", parts), verifier)
    try:
        port = await server.start()
        async with open_channel(f"127.0.0.1:{port}") as channel:
            stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
            yield Running(stub, keys, served, folder / "index", embedder, port)
    finally:
        await server.stop(0)
        await served.close()
        embedding.close()
        copies.close()
        database.close()
