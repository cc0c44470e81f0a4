"""The ingest worker's process."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from typing import Any

from libs.common.clock import Clock, SystemClock
from libs.common.errors import CausewayError
from libs.common.logs import logger
from libs.common.process import run
from libs.common.settings import environment, load_settings
from libs.common.telemetry import start_telemetry
from libs.embedding.choice import open_chosen
from services.retrieval.database import Database
from services.retrieval.housekeeping import Housekeeping
from services.retrieval.index import IndexFailure
from services.retrieval.index_engine import open_publishing
from services.retrieval.ingest import Ingest, IngestParts
from services.retrieval.ingest_queue_sql import Claimant, SqlIngestQueue
from services.retrieval.isolated_parser import IsolatedParser, ParserLimits
from services.retrieval.late_embedder import LateEmbedder
from services.retrieval.lead import Lead
from services.retrieval.passage_shelf_sql import SqlPassageShelf
from services.retrieval.progress_board_sql import SqlProgressBoard
from services.retrieval.progress_meter import ProgressMeter
from services.retrieval.resemblance_sql import SqlResemblance
from services.retrieval.sentence_embedding import NoSentences, SentenceEmbedding
from services.retrieval.sentence_store_sql import SqlSentenceStore
from services.retrieval.settings import Settings
from services.retrieval.stores import open_blobs, open_retrieval_database
from services.retrieval.worker_lock import WorkerLock

log = logger(__name__)

NICENESS = 10
"""Searches come first where both share a machine."""
POLL_SECONDS = 0.3
GRACE_SECONDS = 5.0
"""A build cannot be interrupted. After so long the process leaves it: that loses nothing but the build."""
_LONGEST_PAUSE_SECONDS = 30.0


def main() -> None:
    """Runs the worker until it is stopped."""
    os.nice(NICENESS)
    run(serve)


async def serve(stop: asyncio.Event) -> None:
    """Builds the ingest and lets it work, in a thread of its own, until the event."""
    settings = load_settings(Settings, environment())
    start_telemetry("ingest", settings, settings.ingest_metrics)
    with closing(WorkerLock(settings.folder / "worker.lock")) as lock:
        # Workers that share PostgreSQL work side by side; one of them publishes, see `open_lead`.
        if not settings.database_url and not await lock.wait(stop):
            return
        stopping = threading.Event()
        clock = SystemClock()
        with closing(open_retrieval_database(settings, clock, worker=True)) as database:
            claimant = Claimant(worker_name(settings), alone=not settings.database_url)
            with closing(open_lead(settings, lock, clock)) as lead:
                ingest = open_ingest(settings, database, claimant, clock, lead, stopping)
                await _until_stopped(ingest, stop, stopping)


def worker_name(settings: Settings) -> str:
    """A name that no other worker of the database has."""
    if not settings.database_url:
        return "embedded"
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


def open_lead(settings: Settings, lock: WorkerLock, clock: Clock) -> Lead:
    """Opens what tells who publishes: one worker an index folder, or one a cluster."""
    if not (settings.database_url and settings.qdrant_url):
        return lock
    from services.retrieval.lead_postgres import PostgresLead

    return PostgresLead(settings.database_url, f"{settings.qdrant_prefix} {settings.index_version}", clock)


def open_ingest(
    settings: Settings,
    database: Database,
    claimant: Claimant,
    clock: Clock,
    lead: Lead,
    stopping: threading.Event,
) -> Ingest:
    """Opens the ingest on its stores."""
    choice = settings.embedding
    load = partial(open_chosen, choice, settings.models_folder, settings.embedding_threads)
    embedder = LateEmbedder(choice.identity, load, choice.known_dimensions)
    meter = ProgressMeter(SqlProgressBoard(database, claimant.worker, clock), clock)
    shelf = SqlPassageShelf(database, clock, claimant)
    blobs = open_blobs(settings, database, clock)
    publication = open_publishing(
        settings, shelf, meter, clock, embedder.identity, lambda: embedder.dimensions
    )
    parts = IngestParts(
        queue=SqlIngestQueue(database, clock, claimant),
        shelf=shelf,
        resemblance=SqlResemblance(database),
        blobs=blobs,
        embedder=embedder,
        parser=IsolatedParser(ParserLimits(settings.parser_seconds, settings.parser_memory), clock),
        publication=publication,
        meter=meter,
        housekeeping=Housekeeping(database, blobs, embedder.identity, clock),
        clock=clock,
        lead=lead.take,
        sentences=SentenceEmbedding(SqlSentenceStore(database), embedder)
        if settings.embeds_sentences
        else NoSentences(),
    )
    return Ingest(parts, stopping.is_set)


def work(ingest: Ingest, stopping: threading.Event) -> None:
    """Works until it is stopped; waits longer after each failure that may pass."""
    pause, begun = 0.0, False
    while not stopping.is_set():
        try:
            if not begun:
                ingest.begin()
                begun = True
            worked = ingest.round()
            pause = 0.0 if worked else POLL_SECONDS
        except (CausewayError, IndexFailure, OSError) as error:
            pause = min(max(1.0, pause * 2), _LONGEST_PAUSE_SECONDS)
            log.warning("ingest_interrupted", reason=str(error), again_in_seconds=pause)
        stopping.wait(pause)
    ingest.end()


async def _until_stopped(ingest: Ingest, stop: asyncio.Event, stopping: threading.Event) -> None:
    """Runs the work in a thread; leaves the process without it if it does not end within the grace."""
    thread = ThreadPoolExecutor(1, "ingest")
    ended = asyncio.get_running_loop().run_in_executor(thread, work, ingest, stopping)
    stopped = asyncio.create_task(stop.wait())
    either: set[asyncio.Future[Any]] = {ended, stopped}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    stopping.set()
    stopped.cancel()
    await asyncio.wait({ended}, timeout=GRACE_SECONDS)
    if not ended.done():
        log.info("left_in_the_midst")
        logging.shutdown()
        os._exit(0)
    ended.result()


if __name__ == "__main__":
    main()
