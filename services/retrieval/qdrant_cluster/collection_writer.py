"""The ingest worker's way to write collections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from qdrant_client import QdrantClient, models

from services.retrieval.keyword_encoder import KeywordEncoder
from services.retrieval.qdrant_cluster.collection import FIELD_INDEXES, CollectionShape, belongs, creation
from services.retrieval.qdrant_cluster.commit import COMMIT_ID, Commit, commit_of, commit_point
from services.retrieval.qdrant_cluster.connection import cluster_errors, require_version
from services.retrieval.qdrant_cluster.points import DIGEST, Entry, point_of

_PAGE = 5000


class CollectionWriter:
    """Writes collections; each method blocks until the cluster has taken what it was given.

    Every method raises IndexFailure when the cluster fails; whatever was being done may be done again.

    Args:
        client: The connection.
        words: Makes the terms of passages.
    """

    def __init__(self, client: QdrantClient, words: KeywordEncoder) -> None:
        self._client = client
        self._words = words

    def live(self, alias: str) -> str | None:
        """Returns the collection behind an alias; None when there is none."""
        with cluster_errors(quoted=True):
            require_version(self._client.info().version)
            found = self._client.get_aliases().aliases
        return next((a.collection_name for a in found if a.alias_name == alias), None)

    def create(self, collection: str, shape: CollectionShape, dimensions: int) -> None:
        """Creates an empty collection, for vectors of a length, in place of a half-made one of its name."""
        with cluster_errors(quoted=True):
            self._client.delete_collection(collection)
            self._client.create_collection(collection, **creation(shape, dimensions))
            for field, params in FIELD_INDEXES.items():
                self._client.create_payload_index(collection, field, params, wait=True)

    def upsert(self, collection: str, entries: Sequence[Entry]) -> None:
        """Writes passages, in place of those with the same ids."""
        points = [
            point_of(entry, self._words.of_passage(entry.passage.indexed_text, entry.passage.language))
            for entry in entries
        ]
        with cluster_errors(quoted=True):
            self._client.upsert(collection, points, wait=True)

    def delete(self, collection: str, passage_ids: Sequence[str]) -> None:
        """Removes passages."""
        selected = models.PointIdsList(points=list(passage_ids))
        with cluster_errors(quoted=True):
            self._client.delete(collection, selected, wait=True)

    def digests(self, collection: str) -> Iterator[tuple[str, str]]:
        """Yields the id and the digest of every passage of a collection, by id."""
        offset: Any = None
        while True:
            with cluster_errors(quoted=True):
                records, offset = self._client.scroll(
                    collection, limit=_PAGE, offset=offset, with_payload=[DIGEST], with_vectors=False
                )
            for record in records:
                if record.id != COMMIT_ID:
                    yield str(record.id), str((record.payload or {}).get(DIGEST, ""))
            if offset is None:
                return

    def commit(self, collection: str, commit: Commit) -> None:
        """Records what a collection holds now; serving processes learn of it within a second."""
        with cluster_errors(quoted=True):
            self._client.upsert(collection, [commit_point(commit)], wait=True)

    def committed(self, collection: str) -> Commit | None:
        """Returns what was last committed to a collection; None before the first commit."""
        with cluster_errors(quoted=True):
            records = self._client.retrieve(collection, [COMMIT_ID], with_payload=True)
        return commit_of(records[0].payload) if records else None

    def serve(self, alias: str, collection: str) -> None:
        """Moves an alias to a collection in one step; `sweep` later removes the one before."""
        move: list[models.AliasOperations] = [
            models.CreateAliasOperation(
                create_alias=models.CreateAlias(collection_name=collection, alias_name=alias)
            )
        ]
        if self.live(alias) is not None:
            move.insert(0, models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias)))
        with cluster_errors(quoted=True):
            self._client.update_collection_aliases(move)

    def sweep(self, alias: str) -> None:
        """Removes collections that were made for an alias and do not stand behind it."""
        live = self.live(alias)
        with cluster_errors(quoted=True):
            for found in self._client.get_collections().collections:
                if belongs(found.name, alias) and found.name != live:
                    self._client.delete_collection(found.name)

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()
