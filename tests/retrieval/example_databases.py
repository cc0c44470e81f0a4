"""Databases in PostgreSQL for tests, made once and emptied for each."""

from __future__ import annotations

import weakref

import psycopg

from libs.common.clock import SystemClock
from services.retrieval.database_postgres import RetrievalPostgres
from tests.servers.postgres_server import PostgresServer

_EMPTY = """
TRUNCATE retrieval.documents, retrieval.vectors, retrieval.sentence_vectors, retrieval.blobs, retrieval.tenant_revisions, retrieval.workers
    CASCADE;
UPDATE retrieval.ingest_state SET accepted_revision = 0, recipe = '';
"""
_MADE: weakref.WeakKeyDictionary[PostgresServer, str] = weakref.WeakKeyDictionary()


def postgres_url(server: PostgresServer) -> str:
    """The address of an empty database, which the tests of a server share one after the other."""
    if server not in _MADE:
        server.run("CREATE DATABASE retrieval_tests")
        _MADE[server] = server.url("retrieval_tests")
        RetrievalPostgres(_MADE[server], SystemClock()).close()
    with psycopg.connect(_MADE[server], autocommit=True) as connection:
        connection.execute(_EMPTY)
    return _MADE[server]


def postgres_database(server: PostgresServer) -> RetrievalPostgres:
    """An empty database, opened."""
    return RetrievalPostgres(postgres_url(server), SystemClock())
