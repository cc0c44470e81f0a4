"""Follows a manifest folder: reloads it when it changes, and never lets a bad one in."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from libs.common.errors import DependencyUnavailable
from libs.common.logs import logger
from services.config.manifest_folder import Fingerprint, fingerprint
from services.config.manifest_store import ManifestStore
from services.config.problems import InvalidRepository
from services.config.repository import load_repository
from services.config.resolve import ManifestBundle, resolve

log = logger(__name__)

POLL_SECONDS = 0.25
_LOGGED_PROBLEMS = 20
_STORE_PAUSE_SECONDS = 5.0


class FolderWatcher:
    """Looks at the folder four times a second.

    A change is read once two looks in a row have seen the same files, and adopted if a third one
    after the reading still does: what a checkout leaves half done is not taken for a state.

    Args:
        root: The manifest folder.
        environment: The environment that this process serves.
        store: Takes the manifests.
        poll_seconds: Time between two looks.
    """

    def __init__(
        self, root: Path, environment: str, store: ManifestStore, poll_seconds: float = POLL_SECONDS
    ) -> None:
        self._root = root
        self._environment = environment
        self._store = store
        self._poll_seconds = poll_seconds
        self._handled: Fingerprint = frozenset()
        self._seen: Fingerprint = frozenset()

    async def load(self) -> None:
        """Takes the folder as it is now.

        Raises:
            InvalidRepository: It is not valid; the error names everything.
            DependencyUnavailable: The manifests could not be kept.
        """
        self._handled = self._seen = await asyncio.to_thread(fingerprint, self._root)
        await self._store.adopt(await asyncio.to_thread(self._read))

    async def run(self, stop: asyncio.Event) -> None:
        """Follows the folder until the event, then ends every subscription."""
        try:
            while not stop.is_set():
                pause = await self._look()
                try:
                    async with asyncio.timeout(pause):
                        await stop.wait()
                except TimeoutError:
                    continue
        finally:
            self._store.close()

    async def _look(self) -> float:
        """Takes one look and returns the seconds until the next."""
        looked = await asyncio.to_thread(fingerprint, self._root)
        settled, self._seen = looked == self._seen, looked
        if not settled or looked == self._handled:
            return self._poll_seconds
        try:
            bundles = await asyncio.to_thread(self._read)
        except InvalidRepository as error:
            self._handled = looked
            lines = error.lines()
            log.warning("manifests_refused", problems=lines[:_LOGGED_PROBLEMS], count=len(error.problems))
            return self._poll_seconds
        if await asyncio.to_thread(fingerprint, self._root) != looked:
            return self._poll_seconds
        try:
            changed = await self._store.adopt(bundles)
        except DependencyUnavailable as error:
            log.warning("manifests_not_kept", reason=error.detail)
            return _STORE_PAUSE_SECONDS
        self._handled = looked
        log.info("manifests_adopted", tenants=sorted(changed))
        return self._poll_seconds

    def _read(self) -> Mapping[str, ManifestBundle]:
        return resolve(load_repository(self._root, self._environment), self._environment)
