"""A database that may come up after the process that uses it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from libs.common.clock import Clock
from libs.common.database import Database, Session
from libs.common.errors import DependencyUnavailable
from libs.common.logs import logger

log = logger(__name__)

_PAUSE_SECONDS = 1.0
"""How long nobody tries to open it after an attempt that failed."""


class LateDatabase:
    """A `Database` that is opened, and migrated, as soon as it can be.

    Args:
        opened: Opens it.
        clock: Tells the time.

    Raises:
        Conflict: Code and data do not belong together: waiting will not help.
        SettingsError: The address is none.
    """

    def __init__(self, opened: Callable[[], Database], clock: Clock) -> None:
        self._open = opened
        self._clock = clock
        self._opening = threading.Lock()
        self._not_before = float("-inf")
        self._database: Database | None = None
        try:
            self._there()
        except DependencyUnavailable as error:
            log.warning("database_away", reason=error.detail)

    @property
    def locking(self) -> str:
        """Ends a SELECT whose rows nobody else shall change until the transaction's end."""
        return self._there().locking

    @property
    def skipping(self) -> str:
        """The same, passing over rows that somebody else holds so."""
        return self._there().skipping

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Opens a session in which each statement is durable by itself."""
        with self._there().session() as session:
            yield session

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Opens a session whose statements are durable together, or not at all."""
        with self._there().transaction() as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Opens a session that reads one moment."""
        with self._there().snapshot() as session:
            yield session

    def close(self) -> None:
        """Gives its connections back."""
        if self._database is not None:
            self._database.close()

    def _there(self) -> Database:
        if self._database is None:
            with self._opening:
                if self._database is None:
                    self._database = self._attempt()
        return self._database

    def _attempt(self) -> Database:
        if self._clock.monotonic() < self._not_before:
            raise DependencyUnavailable(
                "The database is not there yet; try again shortly.", retry_after_ms=1000
            )
        try:
            return self._open()
        except DependencyUnavailable:
            self._not_before = self._clock.monotonic() + _PAUSE_SECONDS
            raise
