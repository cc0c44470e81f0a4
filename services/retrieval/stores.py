"""Opens what the settings name: PostgreSQL with an address, SQLite and a folder without."""

from __future__ import annotations

from libs.common.clock import Clock
from services.retrieval.blobs import Blobs
from services.retrieval.blobs_folder import BlobFolder
from services.retrieval.blobs_sql import SqlBlobs
from services.retrieval.database import Database
from services.retrieval.database_sqlite import SqliteDatabase
from services.retrieval.settings import Settings

WORKER_STATEMENT_SECONDS = 120.0
"""A worker's statement may touch every document."""


def open_retrieval_database(settings: Settings, clock: Clock, *, worker: bool = False) -> Database:
    """Opens retrieval's database, migrated to what the code expects.

    Args:
        settings: Name it.
        clock: Tells the time.
        worker: Whether it is the ingest worker's, whose statements may take longer, and who does again
            what a power cut takes from it.

    Raises:
        SettingsError: The address is none.
        DependencyUnavailable: It cannot be opened.
        Conflict: Code and data do not belong together.
    """
    if not settings.database_url:
        return SqliteDatabase(settings.documents_database, relaxed=worker)
    # Its driver takes a third of a second to import: only who uses it waits for it.
    from services.retrieval.database_postgres import RetrievalPostgres

    if worker:
        return RetrievalPostgres(settings.database_url, clock, WORKER_STATEMENT_SECONDS, connections=2)
    return RetrievalPostgres(settings.database_url, clock)


def open_blobs(settings: Settings, database: Database, clock: Clock) -> Blobs:
    """Opens the documents' contents: in the database where several machines share it, else in a folder."""
    if settings.database_url:
        return SqlBlobs(database, settings.spool_folder, clock)
    return BlobFolder(settings.blobs_folder)
