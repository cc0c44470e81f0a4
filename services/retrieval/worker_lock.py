"""Makes sure that one ingest worker at a time works on an embedded index."""

from __future__ import annotations

import asyncio
import fcntl
from pathlib import Path

from libs.common.errors import DependencyUnavailable
from libs.common.logs import logger

log = logger(__name__)

_POLL_SECONDS = 0.3


class WorkerLock:
    """The lock of an index folder: its holder is the one that publishes there.

    It falls with the process that holds it, however that ends.

    Args:
        path: The file.

    Raises:
        DependencyUnavailable: The file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("wb")
        except OSError as error:
            raise DependencyUnavailable(
                f"{path} cannot be written ({error.strerror}); check its folder."
            ) from error
        self._held = False

    def take(self) -> bool:
        """Takes the lock if nobody else has it; returns whether it is ours."""
        if not self._held:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            self._held = True
        return True

    async def wait(self, stop: asyncio.Event) -> bool:
        """Waits until the lock is ours; returns False when `stop` came first."""
        waiting = False
        while not stop.is_set():
            if self.take():
                return True
            if not waiting:
                log.info("another_worker_is_at_work", path=str(self._path))
            waiting = True
            await _pause(stop)
        return False

    def close(self) -> None:
        """Lets go of it."""
        self._file.close()
        self._held = False


async def _pause(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_POLL_SECONDS):
            await stop.wait()
    except TimeoutError:
        return
