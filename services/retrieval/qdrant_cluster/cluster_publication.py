"""Keeps the collection of an index version in step with the live passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from libs.common.clock import Clock
from libs.common.logs import logger
from libs.embedding.embedder import Vectors
from services.retrieval.index import IndexFailure
from services.retrieval.passage import Passage
from services.retrieval.passage_shelf import PassageShelf, Snapshot
from services.retrieval.progress_meter import ProgressMeter
from services.retrieval.publication import LOOK_SECONDS
from services.retrieval.qdrant_cluster.collection import CollectionShape, alias_of, collection_of
from services.retrieval.qdrant_cluster.collection_writer import CollectionWriter
from services.retrieval.qdrant_cluster.commit import Commit
from services.retrieval.qdrant_cluster.ledger import Ledger
from services.retrieval.qdrant_cluster.points import Entry, entry_of

log = logger(__name__)

_BATCH = 500


class ClusterPublication:
    """The series of commits of one index version.

    Changes go to the live collection, batch by batch; the commit at their end raises the content
    revision. A collection of another shape (another embedder, other copies) is filled beside the live
    one, which is served until the alias moves.

    Args:
        writer: Writes collections; this is the index version's only writer.
        shape: What the collection has to be like.
        dimensions: Tells the length of the vectors; may load the embedding model for that.
        prefix: What the names of all collections begin with.
        index_version: Name of the index version.
        shelf: Holds the passages.
        meter: Shows how far a commit is.
        clock: Measures how long commits take.
    """

    def __init__(
        self,
        writer: CollectionWriter,
        shape: CollectionShape,
        dimensions: Callable[[], int],
        prefix: str,
        index_version: str,
        shelf: PassageShelf,
        meter: ProgressMeter,
        clock: Clock,
    ) -> None:
        self._writer = writer
        self._shape = shape
        self._dimensions = dimensions
        self._alias = alias_of(prefix, index_version)
        self._index_version = index_version
        self._shelf = shelf
        self._meter = meter
        self._clock = clock
        self._revision = 0
        self._looked_at = clock.monotonic()
        self._known: tuple[str, int, Ledger] | None = None

    @property
    def revision(self) -> int:
        """The revision that is committed in the wanted shape; 0 when there is none, or it has gone."""
        now = self._clock.monotonic()
        if self._revision and now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            self._look()
        return self._revision

    def recover(self) -> int:
        """Finds out what is committed, after a start.

        Returns:
            The least revision that may be accepted: with a collection of another shape it lies above
            what is committed, so that a new collection takes its place.

        Raises:
            IndexFailure: The cluster does not answer.
        """
        live = self._writer.live(self._alias)
        committed = self._writer.committed(live) if live is not None else None
        self._revision = 0
        if committed is None:
            return 0
        if committed.fingerprint != self._shape.fingerprint:
            return committed.revision + 1
        self._revision = committed.revision
        return committed.revision

    def publish(self, revision: int) -> float:
        """Brings the collection in step with all live passages; returns the seconds that it took.

        Args:
            revision: What the commit is called; everything accepted up to there is settled.

        Raises:
            IndexFailure: The cluster failed; what is live stays, and the next attempt goes on from there.
        """
        began = self._clock.monotonic()
        with self._shelf.snapshot(self._shape.embedder) as snapshot:
            self._meter.enter("building", snapshot.count)
            live = self._writer.live(self._alias)
            if live is not None and self._fits(live):
                self._change(live, snapshot, revision)
            else:
                self._replace(snapshot, revision)
        self._revision = revision
        seconds = self._clock.monotonic() - began
        log.info("published", revision=revision, passages=snapshot.count, seconds=round(seconds, 2))
        return seconds

    def _look(self) -> None:
        """Finds out whether the commit is still the last one: somebody may have removed or outrun it.

        Collections that are served no longer go now: when the alias moved, they were still searched.
        """
        try:
            live = self._writer.live(self._alias)
            committed = self._writer.committed(live) if live is not None else None
            self._writer.sweep(self._alias)
        except IndexFailure:  # away is not gone
            return
        fits = committed is not None and committed.fingerprint == self._shape.fingerprint
        found = committed.revision if committed is not None and fits else 0
        if found != self._revision:
            log.warning("commit_replaced", alias=self._alias, revision=self._revision, found=found)
            self._revision, self._known = found, None

    def _fits(self, live: str) -> bool:
        committed = self._writer.committed(live)
        return committed is not None and committed.fingerprint == self._shape.fingerprint

    def _change(self, live: str, snapshot: Snapshot, revision: int) -> None:
        self._require_newest(live, revision)
        ledger = self._ledger_of(live)
        self._known = None  # until the commit is through, nobody knows what the collection holds
        tenants = self._write(live, ledger, snapshot)
        gone = ledger.unmet()
        while ids := list(islice(gone, _BATCH)):
            self._writer.delete(live, ids)
        self._meter.enter("publishing", 1)
        self._require_newest(live, revision)
        self._commit(live, revision, tenants)
        ledger.settle()
        self._known = (live, revision, ledger)

    def _replace(self, snapshot: Snapshot, revision: int) -> None:
        self._writer.sweep(self._alias)
        collection = collection_of(self._alias, self._shape, revision)
        log.info("collection_begun", collection=collection, passages=snapshot.count)
        self._writer.create(collection, self._shape, self._dimensions())
        ledger = Ledger()
        tenants = self._write(collection, ledger, snapshot)
        self._commit(collection, revision, tenants)
        self._meter.enter("publishing", 1)
        self._writer.serve(self._alias, collection)
        ledger.settle()
        self._known = (collection, revision, ledger)

    def _write(self, collection: str, ledger: Ledger, snapshot: Snapshot) -> Counter[str]:
        tenants: Counter[str] = Counter()
        for batch in _batches(snapshot.passages):
            differs = ledger.meet([(entry.passage.passage_id, entry.digest) for entry in batch])
            changed = [entry for entry, differs_ in zip(batch, differs, strict=True) if differs_]
            if changed:
                self._writer.upsert(collection, changed)
            tenants.update(entry.passage.tenant for entry in batch)
            self._meter.reach(tenants.total())
        return tenants

    def _commit(self, collection: str, revision: int, tenants: Counter[str]) -> None:
        commit = Commit(
            self._index_version, revision, self._shape.embedder, dict(tenants), self._shape.fingerprint
        )
        self._writer.commit(collection, commit)

    def _require_newest(self, live: str, revision: int) -> None:
        committed = self._writer.committed(live)
        if committed is not None and committed.revision > revision:
            raise IndexFailure(
                f"Revision {committed.revision} is committed already, by another worker; {revision} waits."
            )

    def _ledger_of(self, live: str) -> Ledger:
        """What the collection holds: remembered, unless somebody else has committed meanwhile."""
        if self._known is not None:
            collection, revision, ledger = self._known
            committed = self._writer.committed(live)
            if collection == live and committed is not None and committed.revision == revision:
                return ledger
        return Ledger(self._writer.digests(live))


def _batches(passages: Iterator[tuple[Passage, Vectors]]) -> Iterator[list[Entry]]:
    while batch := [entry_of(*pair) for pair in islice(passages, _BATCH)]:
        yield batch
