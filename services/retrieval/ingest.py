"""The ingest: reads what was accepted, embeds it, has it published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from libs.common.clock import Clock
from libs.common.logs import logger
from libs.common.metrics import EMBEDDED, INGESTED
from services.retrieval.blobs import BlobLost, Blobs
from services.retrieval.document_reader import RECIPE, DocumentParser, DocumentReader
from services.retrieval.ingest_queue import ClaimedDocument, IngestQueue
from services.retrieval.late_embedder import LateEmbedder
from services.retrieval.parsed_document import Unreadable
from services.retrieval.passage_shelf import PassageShelf
from services.retrieval.progress_meter import ProgressMeter
from services.retrieval.publication import Publishing
from services.retrieval.resemblance import Resemblance
from services.retrieval.sentence_embedding import NoSentences

log = logger(__name__)

QUIET_SECONDS = 0.7
"""A build waits until nothing was accepted for so long: documents come in streams."""
PARTIAL_SECONDS = 60.0
"""While there is more to do, what is ready is published so often at most."""
PARTIAL_SHARE = 5.0
"""And not before so many times the length of the last build."""

_CLAIM = 1
"""One at a time: should the worker die of a document, only that one counts as tried."""
_LOOK = 50
"""Documents read between two looks at how many are left."""
_COMPARED = 200
_PAGE = 2048
_GROUP = 64
"""Passages embedded between two looks at the stop sign; about a second."""


class Sweeper(Protocol):
    """Removes what is no longer needed."""

    def sweep(self) -> None:
        """Does so, if it is time."""
        ...


class Sentences(Protocol):
    """Embeds sentences when there is nothing better to do."""

    def look_again(self) -> None:
        """Passages went live."""
        ...

    def step(self) -> bool:
        """Embeds some; tells whether there were any."""
        ...


@dataclass(frozen=True, slots=True)
class IngestParts:
    """What an ingest works with.

    `lead` tells whether this worker publishes, and tries to become the one that does: where several share
    an index folder, one of them does.
    """

    queue: IngestQueue
    shelf: PassageShelf
    resemblance: Resemblance
    blobs: Blobs
    embedder: LateEmbedder
    parser: DocumentParser
    publication: Publishing
    meter: ProgressMeter
    housekeeping: Sweeper
    clock: Clock
    lead: Callable[[], bool] = lambda: True
    sentences: Sentences = NoSentences()


class Ingest:
    """One worker's ingest. Every step is durable by itself: killed anywhere, it goes on from there.

    Args:
        parts: What it works with.
        stopping: Asked between documents and groups of passages; once true, a round ends early.
    """

    def __init__(self, parts: IngestParts, stopping: Callable[[], bool]) -> None:
        self._queue = parts.queue
        self._shelf = parts.shelf
        self._resemblance = parts.resemblance
        self._blobs = parts.blobs
        self._embedder = parts.embedder
        self._publication = parts.publication
        self._meter = parts.meter
        self._housekeeping = parts.housekeeping
        self._sentences = parts.sentences
        self._clock = parts.clock
        self._lead = parts.lead
        self._stopping = stopping
        self._parser = parts.parser
        self._reader = DocumentReader(parts.embedder.count_tokens, parts.parser)
        self._recipe = f"{RECIPE} {parts.embedder.identity}"
        self._leads = False
        self._in_hand: list[ClaimedDocument] = []
        self._accepted = 0
        self._quiet_since = float("-inf")
        self._partial_at = float("inf")

    def begin(self) -> None:
        """Takes up the work where it was left; to be called once, first."""
        self._leads = self._lead()
        self._queue.adopt(self._recipe, self._publication.recover() if self._leads else 0)
        self._accepted = self._queue.standing().accepted_revision
        self._partial_at = self._clock.monotonic() + PARTIAL_SECONDS
        self._meter.enter("idle")

    def round(self) -> bool:
        """Does what there is to do, in steps of seconds; tells whether there was anything.

        Raises:
            DependencyUnavailable: The database, the disk or the model is not usable.
            IndexFailure: The index could not be built.
        """
        worked = self._read()
        if self._queue.standing().unfinished and not self._stopping():
            worked = self._embed() or worked
        while not self._stopping() and self._resemblance.compare(_COMPARED):
            worked = True
        if not self._stopping():
            worked = self._publish() or worked
        if not worked:
            self._housekeeping.sweep()
            worked = self._refine()
        return worked

    def end(self) -> None:
        """Says that this worker is not here any more, and leaves its work to others."""
        self._parser.close()
        self._queue.release(self._in_hand)
        self._meter.enter("")

    def _read(self) -> bool:
        """Reads every waiting document."""
        if self._in_hand:  # of a round that failed
            self._queue.release(self._in_hand)
            self._in_hand = []
        read = 0
        while not self._stopping():
            self._in_hand = self._queue.claim(_CLAIM)
            if not self._in_hand:
                break
            if read % _LOOK == 0:
                self._meter.enter("parsing", len(self._in_hand) + self._queue.standing().unread)
            while self._in_hand:
                self._read_one(self._in_hand[0])
                del self._in_hand[0]
                self._meter.advance()
                read += 1
        return read > 0

    def _read_one(self, document: ClaimedDocument) -> None:
        try:
            reading = self._reader.read(document, self._blobs.read(document.content_hash))
        except BlobLost as loss:
            log.warning("content_lost", document_id=document.document_id, reason=str(loss))
            reason = "Its content was lost or damaged; send the document again."
            self._queue.settle(document, "failed", reason, retry=True, code="content_lost")
            INGESTED.labels("failed").inc()
        except Unreadable as refusal:
            self._queue.settle(document, refusal.state, str(refusal), retry=False, code=refusal.code)
            INGESTED.labels(refusal.state).inc()
        else:
            self._queue.stage(document, reading.metadata, reading.passages, reading.digest)
            INGESTED.labels("read").inc()

    def _embed(self) -> bool:
        """Embeds a page of texts that no vector is known for, and makes finished documents live."""
        identity = self._embedder.identity
        texts = self._shelf.unembedded(identity, _PAGE)
        if texts:
            self._meter.enter("embedding", self._shelf.count_unembedded(identity))
        for start in range(0, len(texts), _GROUP):
            if self._stopping():
                return True
            group = texts[start : start + _GROUP]
            vectors = self._embedder.embed_passages([text.text for text in group])
            self._shelf.keep_vectors(identity, group, vectors)
            self._meter.advance(len(group))
            EMBEDDED.inc(len(group))
        live = self._shelf.go_live(identity) > 0
        if live:
            self._sentences.look_again()
        return live or bool(texts)

    def _refine(self) -> bool:
        """Embeds sentences, once everything that was accepted is served."""
        standing = self._queue.standing()
        waiting = self._leads and standing.settled_revision > self._publication.revision
        if standing.unfinished or waiting or self._stopping():
            return False
        return self._sentences.step()

    def _publish(self) -> bool:
        """Publishes what is settled, once the stream of changes has paused or enough time has passed."""
        if not self._takes_lead():
            self._meter.enter("idle")
            return False
        standing = self._queue.standing()
        now = self._clock.monotonic()
        if standing.accepted_revision != self._accepted:
            self._accepted = standing.accepted_revision
            self._quiet_since = now
        if standing.settled_revision <= self._publication.revision:
            if not standing.unfinished:
                self._meter.enter("idle")
            return False
        quiet = not standing.unfinished and now - self._quiet_since >= QUIET_SECONDS
        if not quiet and now < self._partial_at:
            return False
        seconds = self._publication.publish(standing.settled_revision)
        self._partial_at = self._clock.monotonic() + max(PARTIAL_SECONDS, PARTIAL_SHARE * seconds)
        return True

    def _takes_lead(self) -> bool:
        """Whether this worker publishes; it may have become the one that does only now."""
        led, self._leads = self._leads, False
        if not self._lead():
            return False
        if not led:
            self._queue.adopt(self._recipe, self._publication.recover())
        self._leads = True
        return True
