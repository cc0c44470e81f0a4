"""The port through which snapshots read documents, and put documents and passages back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from services.retrieval.index import StoredPassage
from services.retrieval.snapshots.content import DocumentRecord


class SnapshotStore(Protocol):
    """The documents of all tenants; every method raises DependencyUnavailable when it cannot be used."""

    def accepted_revision(self, tenant: str) -> int:
        """Returns the content revision at which all that the tenant changed so far is served."""
        ...

    def documents(self, tenant: str, after: str, limit: int) -> list[DocumentRecord]:
        """Returns a tenant's indexed documents past an id, by id; fewer than `limit` mean the end."""
        ...

    def restore(
        self,
        tenant: str,
        embedder: str,
        documents: Iterable[Sequence[DocumentRecord]],
        passages: Iterable[Sequence[StoredPassage]],
    ) -> int:
        """Puts documents and their passages in the place of all that the tenant had indexed, at once.

        What waits, failed or was skipped stays as it is. Vectors that are known stay, too: nobody may
        change another's.

        Args:
            tenant: Whose they are.
            embedder: Identity of the embedder of the vectors.
            documents: The documents, in several lots.
            passages: Their passages, likewise.

        Returns:
            The content revision at which they will be served.

        Raises:
            Conflict: A passage belongs to none of the documents; nothing has changed.
        """
        ...
