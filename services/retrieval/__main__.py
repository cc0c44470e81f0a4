"""The retrieval service's process."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.admission import Admission
from libs.common.clock import Clock, SystemClock
from libs.common.garbage import settle
from libs.common.keys import load_signing_key
from libs.common.manifest_watch import ManifestWatch
from libs.common.pb.config.v1 import config_pb2_grpc
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.process import run
from libs.common.rpc_client import CallSigner, open_channel
from libs.common.rpc_server import RpcServer, ServerSpec
from libs.common.service_tokens import ServiceTokenSource, ServiceTokenVerifier
from libs.common.settings import environment, load_settings
from libs.common.telemetry import start_telemetry
from libs.embedding.choice import open_chosen
from libs.embedding.embedder import Embedder
from services.retrieval.content_report_sql import SqlContentReporter
from services.retrieval.document_methods import DocumentParts
from services.retrieval.document_store_sql import SqlDocumentStore
from services.retrieval.index_engine import open_engine
from services.retrieval.ingest_gauges import IngestGauges
from services.retrieval.ingest_status_sql import SqlIngestStatus
from services.retrieval.intake import Intake
from services.retrieval.intake_store_sql import SqlIntakeStore
from services.retrieval.passages import PassageLookup
from services.retrieval.profiles import Bundles, Profiles
from services.retrieval.qdrant_edge.bm25 import QdrantBm25
from services.retrieval.query_embedding import QueryEmbedding
from services.retrieval.query_vectors import QueryVectors
from services.retrieval.rerank_threads import useful
from services.retrieval.reranker_choice import open_reranker
from services.retrieval.rerankers import Rerankers
from services.retrieval.reranking import Reranking
from services.retrieval.result_cache import ResultCache
from services.retrieval.revision_report import RevisionReport
from services.retrieval.search import Search, SearchParts
from services.retrieval.search_pages import SearchPages
from services.retrieval.sentence_lookup import SentenceLookup
from services.retrieval.sentence_store_sql import SqlSentenceStore
from services.retrieval.served_versions import ServedVersions
from services.retrieval.server import FULL_NAME, POLICY, Parts, RetrievalServer
from services.retrieval.settings import Settings
from services.retrieval.snapshots.create import CreateSnapshot
from services.retrieval.snapshots.methods import SnapshotParts
from services.retrieval.snapshots.snapshot_store import SnapshotStore
from services.retrieval.snapshots.snapshot_store_sql import SqlSnapshotStore
from services.retrieval.stores import open_blobs, open_retrieval_database

SERVICE = "retrieval"
ENDPOINT_CALLS = 32
"""Queries embedded at the same time by an endpoint: here they only wait."""


def main() -> None:
    """Runs the service until it is stopped."""
    run(serve)


async def serve(stop: asyncio.Event) -> None:
    """Builds the service, loads what it needs, and serves until the event."""
    settings = load_settings(Settings, environment())
    flush = start_telemetry(SERVICE, settings, settings.metrics)
    clock = SystemClock()
    verifier = ServiceTokenVerifier(SERVICE, settings.trust_file, clock)
    signer = config_signer(settings.keys_folder, clock)
    async with AsyncExitStack() as closing:
        closing.callback(flush)
        channel = await closing.enter_async_context(open_channel(settings.config_address))
        stub = config_pb2_grpc.ConfigStub(channel)  # type: ignore[no-untyped-call]
        watch = ManifestWatch(stub, signer, clock, settings.manifests_folder)
        parts, embedding = await open_parts(settings, watch, clock, closing)
        server = RpcServer(retrieval_spec(settings.address, parts), verifier)
        await embedding.warm()
        await parts.served.refresh()
        report = RevisionReport(stub, signer, parts.served, watch, clock)
        gauges = IngestGauges(parts.ingest, clock)
        await serve_beside(server, stop, watch.run(), parts.served.run(), report.run(), gauges.run())


async def open_parts(
    settings: Settings, watch: ManifestWatch, clock: Clock, closing: AsyncExitStack
) -> tuple[Parts, QueryEmbedding]:
    """Opens the embedder, the index and the documents; they are closed with the stack, in reverse."""
    choice = settings.embedding
    threads = ENDPOINT_CALLS if choice.base_url else settings.embedding_threads
    embedder = await asyncio.to_thread(open_chosen, choice, settings.models_folder, threads=1)
    embedding = QueryEmbedding(embedder, threads)
    closing.callback(embedding.close)
    reranking = open_reranking(settings, embedder, clock, closing)
    served = ServedVersions(open_engine(settings, clock, closing), settings.index_version, watch)
    closing.push_async_callback(served.close)
    # Two, so that no list waits for a stream of documents that is being recorded.
    database, arrivals = (open_retrieval_database(settings, clock) for _ in range(2))
    closing.callback(database.close)
    closing.callback(arrivals.close)
    blobs = open_blobs(settings, arrivals, clock)
    key, most_pressed = page_key(settings.keys_folder), searches_under_pressure(settings)
    parts = Parts(
        search=Search(search_parts(served, embedding, watch, clock, key, reranking, most_pressed)),
        lookup=PassageLookup(served),
        served=served,
        embedder=embedder.identity,
        sentences=SentenceLookup(SqlSentenceStore(database), embedder.identity),
        documents=DocumentParts(
            SqlDocumentStore(database, clock),
            Intake(SqlIntakeStore(arrivals, clock), blobs, clock),
            SqlContentReporter(database),
        ),
        ingest=SqlIngestStatus(database, clock),
        snapshots=snapshot_parts(
            served, SqlSnapshotStore(arrivals, clock), settings.uploads_folder, embedder.identity, clock
        ),
        clock=clock,
    )
    return parts, embedding


def snapshot_parts(
    served: ServedVersions, store: SnapshotStore, folder: Path, embedder: str, clock: Clock
) -> SnapshotParts:
    """Puts together what the calls about snapshots need."""
    return SnapshotParts(CreateSnapshot(served, store, clock), store, served, folder, embedder)


def search_parts(
    served: ServedVersions,
    embedding: QueryEmbedding,
    bundles: Bundles,
    clock: Clock,
    pages: bytes,
    reranking: Reranking,
    most_pressed: int = 0,
) -> SearchParts:
    """Puts together what a search works with.

    Args:
        served: The index.
        embedding: Embeds queries.
        bundles: The manifests.
        clock: Tells the time.
        pages: Seals page tokens.
        reranking: Looks at the best candidates again.
        most_pressed: How many searches at a time under pressure; 0 for as many as always.
    """
    return SearchParts(
        served=served,
        vectors=QueryVectors(embedding),
        results=ResultCache(clock),
        profiles=Profiles(bundles),
        pages=SearchPages(pages),
        language_of=QdrantBm25().language_of,
        reranking=reranking,
        admission=Admission("search", AdaptiveLimit(), clock, most_pressed),
        clock=clock,
    )


def searches_under_pressure(settings: Settings) -> int:
    """Returns how many searches at a time are of use while others wait; 0 where that is not known.

    One on each thread that embeds, and one on the event loop: more of them only make its turns longer, and
    calls wait for longer before they are seen. What is asked over a network may be waited for by many.
    """
    remote = settings.qdrant_url or settings.embedding.base_url
    return 0 if remote else settings.embedding_threads + 1


async def serve_beside(
    server: RpcServer, stop: asyncio.Event, *following: Coroutine[None, None, None]
) -> None:
    """Serves until the event, while the manifests and the published builds are followed.

    Should one of them end, so does the process: its supervisor starts it again.
    """
    await server.start()
    async with asyncio.TaskGroup() as tasks:
        followers = [tasks.create_task(each) for each in following]
        settle()
        await server.set_ready(True)
        await stop.wait()
        await server.stop()
        for task in followers:
            task.cancel()


def retrieval_spec(address: str, parts: Parts) -> ServerSpec:
    """Describes the server."""
    return ServerSpec(
        FULL_NAME,
        address,
        POLICY,
        partial(retrieval_pb2_grpc.add_RetrievalServicer_to_server, RetrievalServer(parts)),
        desks={"Search": parts.search.admission},
    )


def open_reranking(
    settings: Settings, embedder: Embedder, clock: Clock, closing: AsyncExitStack
) -> Reranking:
    """Opens what looks at candidates again; a model is loaded when a profile first asks for it."""
    load = partial(open_reranker, embedder=embedder, folder=settings.models_folder)
    rerankers = Rerankers(load, clock)
    closing.callback(rerankers.close)
    reranking = Reranking(rerankers, useful(settings.embedding_threads))
    closing.callback(reranking.close)
    return reranking


def page_key(keys: Path) -> bytes:
    """What page tokens are sealed with: the same in every process that holds the service's key."""
    return load_signing_key(keys / f"{SERVICE}.key.pem").secret_for("search pages")


def config_signer(keys: Path, clock: Clock) -> CallSigner:
    """Signs the calls to the config service."""
    key = load_signing_key(keys / f"{SERVICE}.key.pem")
    return CallSigner(ServiceTokenSource(key, SERVICE, "config", frozenset(), clock))


if __name__ == "__main__":
    main()
