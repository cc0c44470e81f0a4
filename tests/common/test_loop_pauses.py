"""Pauses of the event loop are counted."""

from __future__ import annotations

import asyncio
import time

from libs.common.loop_pauses import INTERVAL_SECONDS, watch_loop
from libs.common.metrics import LOOP_LATENESS, REGISTRY


def observed(over: str) -> float:
    total = REGISTRY.get_sample_value("causeway_event_loop_lateness_seconds_count") or 0.0
    upto = REGISTRY.get_sample_value("causeway_event_loop_lateness_seconds_bucket", {"le": over}) or 0.0
    return total - upto


async def test_a_pause_is_counted_by_its_length() -> None:
    assert LOOP_LATENESS.describe()
    watching = asyncio.create_task(watch_loop())
    await asyncio.sleep(INTERVAL_SECONDS / 2)
    before = observed("0.2")

    time.sleep(0.3)  # noqa: ASYNC251 - the pause that is to be seen
    await asyncio.sleep(0)
    await asyncio.sleep(INTERVAL_SECONDS)

    assert observed("0.2") - before >= 1
    watching.cancel()
