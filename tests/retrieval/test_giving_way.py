"""Threads that compute stand behind the event loop."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.retrieval.giving_way import NICENESS, give_way


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has priorities for threads")
def test_a_thread_gives_way_and_the_process_does_not() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with ThreadPoolExecutor(1, initializer=give_way) as pool:
        found = pool.submit(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())).result(10)
    assert found == min(before + NICENESS, 19)
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
