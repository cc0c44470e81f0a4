"""Builds the index from the live passages and publishes it."""

from __future__ import annotations

from typing import Protocol

from libs.common.clock import Clock
from libs.common.logs import logger
from services.retrieval.build import BuildRefused
from services.retrieval.builds import BuildFolder
from services.retrieval.index import IndexBuilder, IndexFailure
from services.retrieval.passage_shelf import PassageShelf
from services.retrieval.progress_meter import ProgressMeter

log = logger(__name__)

LOOK_SECONDS = 30.0
"""So often it is looked whether what was published is still there."""
BUILD_BYTES = 32 * 1024 * 1024
PASSAGE_BYTES = 12 * 1024
"""Room that a build takes at most while it is made: so much, and so much for each passage (measured: 16 MB,
and 8 to 10 kB with vectors of 384 numbers). The engine writes through the memory map: a disk that is full in
the midst would end the process, not the write."""


class Publishing(Protocol):
    """The series of states of one index version, as the ingest worker makes them."""

    @property
    def revision(self) -> int:
        """The revision that is published and sound; 0 when there is none."""
        ...

    def recover(self) -> int:
        """Finds out what is published, after a start; returns the least revision that may be accepted."""
        ...

    def publish(self, revision: int) -> float:
        """Publishes all live passages under a revision; returns the seconds that it took.

        Raises:
            IndexFailure: The engine failed; what was published stays.
        """
        ...


class Publication:
    """The series of builds of one index version.

    Args:
        folder: Where they are published; this is its only writer.
        builder: Makes them.
        shelf: Holds the passages.
        embedder: Identity of the embedder whose vectors are built in.
        meter: Shows how far a build is.
        clock: Measures how long builds take.
    """

    def __init__(
        self,
        folder: BuildFolder,
        builder: IndexBuilder,
        shelf: PassageShelf,
        embedder: str,
        meter: ProgressMeter,
        clock: Clock,
    ) -> None:
        self._folder = folder
        self._builder = builder
        self._shelf = shelf
        self._embedder = embedder
        self._meter = meter
        self._clock = clock
        self._revision = 0
        self._looked_at = clock.monotonic()

    @property
    def revision(self) -> int:
        """The revision that is published and sound; 0 when there is none, or it has gone meanwhile."""
        now = self._clock.monotonic()
        if self._revision and now - self._looked_at >= LOOK_SECONDS:
            self._looked_at = now
            if not self._folder.holds(self._revision):
                log.warning("published_build_gone", revision=self._revision)
                self._revision = 0
        return self._revision

    def recover(self) -> int:
        """Finds out what is published, after a start.

        Returns:
            The least revision that may be accepted: with a damaged build, or one of another embedder,
            it lies above what is published, so that a new build takes its place.
        """
        build = self._folder.recover()
        if build is not None and build.embedder == self._embedder:
            self._revision = build.revision
            return build.revision
        self._revision = 0
        try:
            pointer = self._folder.pointer()
        except BuildRefused:
            return 0
        return pointer.revision + 1 if pointer is not None else 0

    def publish(self, revision: int) -> float:
        """Makes a build of all live passages and publishes it; returns the seconds that it took.

        Args:
            revision: What it is called; everything accepted up to there is settled.

        Raises:
            IndexFailure: There is no room, or the engine failed; the previous build stays.
        """
        began = self._clock.monotonic()
        with self._shelf.snapshot(self._embedder) as snapshot:
            self._meter.enter("building", snapshot.count)
            self._require_room(BUILD_BYTES + snapshot.count * PASSAGE_BYTES)
            build = self._builder.build(
                revision, snapshot.passages, snapshot.count, lambda done, _: self._meter.reach(done)
            )
        self._meter.enter("publishing", 1)
        self._folder.publish(build)
        self._revision = revision
        self._folder.prune()
        seconds = self._clock.monotonic() - began
        log.info("published", revision=revision, passages=snapshot.count, seconds=round(seconds, 2))
        return seconds

    def _require_room(self, needed: int) -> None:
        if self._folder.free_bytes() < needed:
            self._folder.prune(keep=1)
        free = self._folder.free_bytes()
        if free < needed:
            raise IndexFailure(
                f"A build takes up to {needed // 1_000_000} MB of disk, and {free // 1_000_000} MB are free;"
                " make room. What is published stays."
            )
