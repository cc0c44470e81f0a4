"""A snapshot store in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from libs.common.errors import Conflict
from services.retrieval.index import StoredPassage
from services.retrieval.snapshots.content import DocumentRecord


class FakeSnapshotStore:
    """Holds documents; what is restored is kept in `restored`."""

    def __init__(self, documents: Iterable[DocumentRecord] = (), revision: int = 1) -> None:
        self.held = sorted(documents, key=lambda document: document.document_id)
        self.revision = revision
        self.restored: list[StoredPassage] | None = None

    def accepted_revision(self, tenant: str) -> int:
        return self.revision

    def documents(self, tenant: str, after: str, limit: int) -> list[DocumentRecord]:
        return [document for document in self.held if document.document_id > after][:limit]

    def restore(
        self,
        tenant: str,
        embedder: str,
        documents: Iterable[Sequence[DocumentRecord]],
        passages: Iterable[Sequence[StoredPassage]],
    ) -> int:
        held = [document for lot in documents for document in lot]
        known = {document.document_id for document in held}
        restored = [entry for lot in passages for entry in lot]
        if any(entry.passage.document_id not in known for entry in restored):
            raise Conflict("A passage belongs to none of the documents.")
        self.held, self.restored = held, restored
        self.revision += 1
        return self.revision
