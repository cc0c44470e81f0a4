"""Delivers the documents of sources to retrieval, for any tenant."""

from __future__ import annotations

from collections.abc import Callable

from cli.delivery import Delivery, deliver
from cli.document import SourceDocument
from cli.retrieval_client import connect_retrieval
from cli.settings import Settings
from libs.common.pb.retrieval.v1 import retrieval_pb2

_PAGE = 1000


class RetrievalReceiver:
    """A `Receiver` that is retrieval itself.

    Args:
        settings: Where it is, and where the keys are.
        sent: Called with the bytes taken so far and all bytes, whenever some have been taken.
    """

    def __init__(
        self, settings: Settings, sent: Callable[[int, int], None] = lambda _done, _all: None
    ) -> None:
        self._settings = settings
        self._sent = sent

    async def deliver(
        self, tenant: str, source_id: str, documents: tuple[SourceDocument, ...], *, complete: bool
    ) -> Delivery:
        """Delivers documents; complete says that the source holds no others."""
        total, done = sum(document.size for document in documents), 0

        def advance(size: int) -> None:
            nonlocal done
            done += size
            self._sent(done, total)

        async with connect_retrieval(self._settings, tenant, ("ingest",)) as client:
            return await deliver(client, source_id, documents, complete=complete, sent=advance)

    async def count(self, tenant: str, source_id: str) -> int:
        """How many documents of the source are there."""
        found, token = 0, ""
        async with connect_retrieval(self._settings, tenant, ("ingest",)) as client:
            while True:
                page = await client.stub.ListDocuments(
                    retrieval_pb2.ListDocumentsRequest(page_size=_PAGE, page_token=token),
                    metadata=client.metadata,
                    timeout=30,
                )
                found += len([d for d in page.documents if d.source_id == source_id])
                token = page.next_page_token
                if not token:
                    break
        return found
