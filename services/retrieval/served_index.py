"""The index that is being served: follows the published build and swaps without losing a query."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from libs.common.clock import Clock
from libs.common.errors import DependencyUnavailable
from libs.common.logs import logger
from libs.common.metrics import INDEX_PASSAGES, INDEX_REVISION, INDEX_SWAPS
from services.retrieval.build import Build, BuildRefused, Pointer
from services.retrieval.builds import BuildFolder
from services.retrieval.index import Description, Index, IndexFailure

log = logger(__name__)

POLL_SECONDS = 0.5
SWAP_SECONDS = 60.0
"""Least time between two swaps of a large index: loading one pauses the other threads."""

SMALL_PASSAGES = 20_000
"""An index up to this size is swapped at once; loading it takes a few hundredths of a second."""

RETRY_SECONDS = 30.0
"""After so long a build that was refused is tried again: a full disk may have been the reason."""


@dataclass(slots=True)
class Serving:
    """An index while it is used.

    Attributes:
        build: What it holds.
        index: What answers.
        users: Queries that are running on it.
        retired: Whether another one has taken its place.
    """

    build: Description
    index: Index
    users: int = 0
    retired: bool = False


class ServedIndex:
    """Holds the current build and keeps the previous one until its last query has ended.

    Args:
        folder: Where builds are published.
        load: Opens a build for this process; runs in a thread. Raises BuildRefused or IndexFailure.
        clock: Tells the time.
    """

    def __init__(self, folder: BuildFolder, load: Callable[[Build], Index], clock: Clock) -> None:
        self._folder = folder
        self._load = load
        self._clock = clock
        self._current: Serving | None = None
        self._served: Pointer | None = None
        self._swapped_at = 0.0
        self._refused: Pointer | None = None
        self._broken = False
        self._retry_at = 0.0
        self._closings: set[asyncio.Task[None]] = set()

    @property
    def build(self) -> Description | None:
        """The build that is being served; None before the first."""
        return self._current.build if self._current else None

    @contextmanager
    def lease(self) -> Iterator[Serving | None]:
        """Keeps the current build open for the length of a query; None before the first build.

        Raises:
            DependencyUnavailable: There is a build, but it cannot be used, and none before it is at hand.
        """
        serving = self._current
        if serving is None:
            if self._broken:
                raise DependencyUnavailable("The index cannot be read; try again shortly.")
            yield None
            return
        serving.users += 1
        try:
            yield serving
        finally:
            serving.users -= 1
            self._close_if_unused(serving)

    async def run(self) -> None:
        """Follows the published build for ever."""
        while True:
            await self.refresh()
            await asyncio.sleep(POLL_SECONDS)

    async def refresh(self) -> None:
        """Looks once, and swaps if another build is published and may be loaded now."""
        try:
            pointer = self._folder.pointer()
        except BuildRefused as error:
            self._refuse(None, error)
            return
        if pointer is None:
            self._broken = False
            return
        if not self._wanted(pointer):
            return
        try:
            loaded = await asyncio.to_thread(self._open, pointer)
        except (BuildRefused, IndexFailure) as error:
            self._refuse(pointer, error)
            return
        self._served = pointer
        self._swap(loaded)

    async def close(self) -> None:
        """Closes what is served; running queries first come to their end."""
        if self._current is not None:
            serving, self._current = self._current, None
            self._retire(serving)
        while self._closings:
            await asyncio.wait(self._closings)

    def _wanted(self, pointer: Pointer) -> bool:
        if self._current is not None and self._served == pointer:
            return False
        now = self._clock.monotonic()
        if pointer == self._refused and now < self._retry_at:
            return False
        small = self._current is None or self._current.build.passages <= SMALL_PASSAGES
        return small or now - self._swapped_at >= SWAP_SECONDS

    def _open(self, pointer: Pointer) -> Serving:
        build = self._folder.open(pointer)
        return Serving(build, self._load(build))

    def _swap(self, loaded: Serving) -> None:
        previous, self._current = self._current, loaded
        self._swapped_at = self._clock.monotonic()
        self._refused, self._broken = None, False
        INDEX_SWAPS.labels("swapped").inc()
        INDEX_PASSAGES.set(loaded.build.passages)
        INDEX_REVISION.set(loaded.build.revision)
        log.info(
            "index_swapped",
            index_version=loaded.build.index_version,
            content_revision=loaded.build.revision,
            passages=loaded.build.passages,
        )
        if previous is not None:
            self._retire(previous)

    def _refuse(self, pointer: Pointer | None, error: Exception) -> None:
        now = self._clock.monotonic()
        if pointer != self._refused or now >= self._retry_at:
            INDEX_SWAPS.labels("refused").inc()
            log.error("build_refused", reason=str(error), served=self.build.revision if self.build else 0)
            self._retry_at = now + RETRY_SECONDS
        self._refused, self._broken = pointer, True

    def _retire(self, serving: Serving) -> None:
        serving.retired = True
        self._close_if_unused(serving)

    def _close_if_unused(self, serving: Serving) -> None:
        if serving.retired and serving.users == 0:
            closing = asyncio.create_task(_close(serving))
            self._closings.add(closing)
            closing.add_done_callback(self._closings.discard)


async def _close(serving: Serving) -> None:
    try:
        await asyncio.to_thread(serving.index.close)
    except IndexFailure as error:
        log.warning("index_not_closed", content_revision=serving.build.revision, reason=str(error))
