"""Makes sure that one ingest worker at a time works on an embedded index."""

from __future__ import annotations

import asyncio
import fcntl
from pathlib import Path
from typing import BinaryIO

from libs.common.errors import DependencyUnavailable
from libs.common.logs import logger

log = logger(__name__)

_POLL_SECONDS = 0.3


async def take_worker_lock(path: Path, stop: asyncio.Event) -> BinaryIO | None:
    """Waits for the lock; it falls with the process that holds it, however that ends.

    Returns:
        The lock, to be kept until the end of the process; None when `stop` came first.

    Raises:
        DependencyUnavailable: The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    except OSError as error:
        raise DependencyUnavailable(
            f"{path} cannot be written ({error.strerror}); check its folder."
        ) from error
    waiting = False
    while not stop.is_set():
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not waiting:
                log.info("another_worker_is_at_work", path=str(path))
            waiting = True
            await _pause(stop)
        else:
            return file
    file.close()
    return None


async def _pause(stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(_POLL_SECONDS):
            await stop.wait()
    except TimeoutError:
        return
