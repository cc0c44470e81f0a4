"""Reads every tenant's sources when they are due, for as long as the process runs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable
from dataclasses import replace

from cli.output import CommandFailed
from cli.source_schedule import is_late, next_due
from cli.source_state import SourceState
from cli.source_sync import SourceSync
from libs.common.clock import Clock
from libs.common.logs import logger
from libs.common.metrics import SOURCE_DOCUMENTS, SOURCE_LATE, SOURCE_SUCCESS
from libs.common.source import Source

log = logger(__name__)

LOOK_SECONDS = 1.0
REST_SECONDS = 60.0
"""Pause after a reading that could not even begin."""
AT_ONCE = 4
"""Sources that are read at the same time; each is read by one reader."""

Key = tuple[str, str]


class SourceWatch:
    """Keeps sources in step.

    Args:
        sync: Reads one.
        clock: Tells the time.
    """

    def __init__(self, sync: SourceSync, clock: Clock) -> None:
        self._sync = sync
        self._clock = clock
        self._running: dict[Key, asyncio.Task[None]] = {}
        self._shown: set[Key] = set()
        self._resting: dict[Key, float] = {}

    def look(self, declared: Iterable[tuple[str, Source]]) -> None:
        """Starts to read what is due, as far as there is room, and shows how all of them stand.

        Args:
            declared: Each source with its tenant.
        """
        sources = {(tenant, source.id): source for tenant, source in declared}
        for key in self._shown - sources.keys():
            self._forget(key)
        due: list[tuple[float, Key]] = []
        for key, source in sources.items():
            state = self._state(key)
            self._show(key, source, state)
            moment = max(next_due(source, state), self._resting.get(key, 0.0))
            if key not in self._running and moment <= self._clock.now():
                due.append((moment, key))
        for _, key in sorted(due)[: max(0, AT_ONCE - len(self._running))]:
            self._running[key] = asyncio.create_task(self._read(key, sources[key]), name=f"read {key[1]}")

    async def stop(self) -> None:
        """Breaks off what is being read; a broken delivery removes nothing."""
        running = list(self._running.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    @property
    def running(self) -> frozenset[Key]:
        """What is being read right now."""
        return frozenset(self._running)

    async def settled(self) -> None:
        """Waits until nothing is being read."""
        while self._running:
            await asyncio.wait(self._running.values())

    async def _read(self, key: Key, source: Source) -> None:
        tenant, source_id = key
        try:
            result = await self._sync.run(tenant, source)
        except CommandFailed as busy:
            self._resting[key] = self._clock.now() + REST_SECONDS
            log.warning("source_not_begun", tenant_id=tenant, source=source_id, reason=str(busy))
            return
        except Exception as error:  # noqa: BLE001 - a task supervisor: one source must not stop the others
            self._note_fault(tenant, source, error)
            return
        finally:
            self._running.pop(key, None)
        state, delivery = result.state, result.delivery
        facts = {"tenant_id": tenant, "source": source_id, "documents": state.documents}
        if state.outcome == "read" and delivery is not None:
            log.info("source_read", **facts, accepted=delivery.accepted, removed=delivery.removed)
        else:
            log.warning("source_not_read", **facts, outcome=state.outcome, reason=state.message)

    def _note_fault(self, tenant: str, source: Source, fault: Exception) -> None:
        self._resting[tenant, source.id] = self._clock.now() + REST_SECONDS
        log.warning("source_fault", tenant_id=tenant, source=source.id, exc_info=fault)
        with contextlib.suppress(OSError):  # a full disk may be the fault
            self._sync.record_fault(tenant, source, fault)

    def _state(self, key: Key) -> SourceState:
        folder = self._sync.folder(*key)
        state = folder.load()
        if not state.known_since:
            state = replace(state, known_since=self._clock.now())
            with contextlib.suppress(OSError):  # a full disk shows as a failed reading
                folder.save(state)
        return state

    def _show(self, key: Key, source: Source, state: SourceState) -> None:
        self._shown.add(key)
        SOURCE_SUCCESS.labels(*key).set(state.succeeded_at)
        SOURCE_LATE.labels(*key).set(float(is_late(source, state, self._clock.now())))
        SOURCE_DOCUMENTS.labels(*key).set(state.documents)

    def _forget(self, key: Key) -> None:
        self._shown.discard(key)
        self._resting.pop(key, None)
        for metric in (SOURCE_SUCCESS, SOURCE_LATE, SOURCE_DOCUMENTS):
            metric.remove(*key)
