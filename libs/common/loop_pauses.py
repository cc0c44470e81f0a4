"""Watches by how much the event loop is late: what holds it up holds up every request of the process."""

from __future__ import annotations

import asyncio
from time import perf_counter

from libs.common.metrics import LOOP_LATENESS

INTERVAL_SECONDS = 0.02
"""A pause is seen less what was left of the interval when it began: by up to so much too short."""


async def watch_loop() -> None:
    """Measures for ever; costs about a thousandth of a core."""
    while True:
        due = perf_counter() + INTERVAL_SECONDS
        await asyncio.sleep(INTERVAL_SECONDS)
        LOOP_LATENESS.observe(max(0.0, perf_counter() - due))
