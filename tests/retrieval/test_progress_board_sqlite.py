"""Progress as the serving processes see it."""

from __future__ import annotations

from services.retrieval.document_store_sqlite import SqliteDocumentStore
from services.retrieval.documents import Progress
from services.retrieval.progress_board_sqlite import SqliteProgressBoard
from tests.retrieval.conftest import Connect


def test_what_is_posted_is_read_through_the_document_store(
    connect: Connect, store: SqliteDocumentStore
) -> None:
    board = SqliteProgressBoard(connect())
    board.post(Progress("embedding", 64, 2038, 84.5))
    assert store.progress() == Progress("embedding", 64, 2038, 84.5)
    board.post(Progress())
    assert store.progress() == Progress()
