"""Lets threads that compute give way to the event loop."""

from __future__ import annotations

import os
import sys
import threading

NICENESS = 5
"""How much they give way to it where they share a core: else calls pile up unseen while it waits for them,
and nobody learns how much is asked. The ingest worker gives way to both."""


def give_way() -> None:
    """Lowers the priority of the thread that calls it."""
    if sys.platform == "linux":  # elsewhere niceness belongs to processes, not to threads
        present = os.getpriority(os.PRIO_PROCESS, 0)
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(present + NICENESS, 19))
