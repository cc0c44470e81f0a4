"""How a service's process starts, waits for its end and stops."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import uvloop

from libs.common.errors import Conflict, DependencyUnavailable
from libs.common.loop_pauses import watch_loop
from libs.common.metrics import ASYNCIO_TASKS
from libs.common.settings import SettingsError, environment

SUPERVISED = "CAUSEWAY_SUPERVISED"
"""Set by `causeway up`: standard input is a pipe whose end means that the supervisor is gone."""


def run(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Runs a service until SIGINT, SIGTERM or the end of its supervisor, then leaves the process.

    Exit codes: 0 after a stop, 2 for a setting that is missing or wrong, 1 for anything else.

    Args:
        main: Builds and serves; returns soon after the event that it is given is set.
    """
    try:
        uvloop.run(_until_stopped(main))
    except SettingsError as error:
        sys.stderr.write(f"causeway: {error}\n")
        raise SystemExit(2) from None
    except (DependencyUnavailable, Conflict) as error:
        sys.stderr.write(f"causeway: {error.detail}\n")
        raise SystemExit(1) from None


async def _until_stopped(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Read from the thread that serves the metrics, which all_tasks allows for.
    ASYNCIO_TASKS.set_function(lambda: len(asyncio.all_tasks(loop)))
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)

    def supervisor_gone() -> None:
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself meanwhile
            loop.call_soon_threadsafe(stop.set)

    watch_supervisor(environment(), supervisor_gone)
    watching = asyncio.create_task(watch_loop())
    try:
        await main(stop)
    finally:
        watching.cancel()


def watch_supervisor(variables: Mapping[str, str], gone: Callable[[], object]) -> None:
    """Calls `gone` from a thread when the supervisor's pipe ends; does nothing without a supervisor.

    A pipe works where a parent-death signal does not exist, and cannot be lost in a race.
    """
    if variables.get(SUPERVISED) != "1":
        return

    def wait() -> None:
        with contextlib.suppress(OSError):  # a closed descriptor is an end, too
            while os.read(0, 1024):
                pass
        gone()

    threading.Thread(target=wait, name="supervisor-watch", daemon=True).start()
