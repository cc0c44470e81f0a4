"""The re-ranking models that profiles name, each loaded once, beside the searches."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future

from libs.common.clock import Clock
from libs.common.logs import logger
from services.retrieval.reranker import Reranker, RerankerUnavailable

log = logger(__name__)

RETRY_SECONDS = 60.0
"""After a model could not be loaded, it is tried again so much later."""


class Rerankers:
    """Loads models when they are first asked for; until then, searches go on without.

    Args:
        load: Loads a model by its name; blocks, and raises RerankerUnavailable.
        clock: Tells the time.
    """

    def __init__(self, load: Callable[[str], Reranker], clock: Clock) -> None:
        self._load = load
        self._clock = clock
        self._known: dict[str, Reranker] = {}
        self._failed: dict[str, float] = {}
        self._loading: dict[str, asyncio.Task[None]] = {}

    def get(self, model: str) -> Reranker | None:
        """Returns a model; None while it is being loaded, or where it cannot be."""
        known = self._known.get(model)
        if known is None and model not in self._loading and self._may_try(model):
            self._loading[model] = asyncio.create_task(self._open(model))
        return known

    async def loaded(self, model: str) -> Reranker | None:
        """Waits until a model is loaded, and returns it; None where it cannot be."""
        known = self.get(model)
        task = self._loading.get(model)
        if known is None and task is not None:
            await asyncio.shield(task)
        return self._known.get(model)

    def close(self) -> None:
        """Stops waiting for models."""
        for task in self._loading.values():
            task.cancel()

    async def _open(self, model: str) -> None:
        try:
            self._known[model] = await asyncio.wrap_future(self._begin(model))
            log.info("reranker_loaded", model=model)
        except RerankerUnavailable as error:
            self._failed[model] = self._clock.monotonic()
            log.warning("reranker_unavailable", model=model, reason=str(error))
        finally:
            del self._loading[model]

    def _begin(self, model: str) -> Future[Reranker]:
        """Loads in a thread that holds up no end of the process: a hub may be given up only after minutes."""
        loading: Future[Reranker] = Future()

        def load() -> None:
            if not loading.set_running_or_notify_cancel():
                return
            try:
                loading.set_result(self._load(model))
            except Exception as error:  # noqa: BLE001 - the end of the thread; who waits for it gets the error
                loading.set_exception(error)

        threading.Thread(target=load, name=f"load {model}", daemon=True).start()
        return loading

    def _may_try(self, model: str) -> bool:
        failed = self._failed.get(model)
        return failed is None or self._clock.monotonic() - failed >= RETRY_SECONDS
