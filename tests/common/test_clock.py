"""Time."""

from __future__ import annotations

import time

from libs.common.clock import SystemClock, rfc3339


def test_the_system_clock_tells_both_times() -> None:
    clock = SystemClock()
    assert abs(clock.now() - time.time()) < 1
    first = clock.monotonic()
    assert clock.monotonic() >= first


def test_moments_are_written_in_utc_to_the_second() -> None:
    assert rfc3339(0) == "1970-01-01T00:00:00Z"
    assert rfc3339(1_767_225_599.9) == "2025-12-31T23:59:59Z"
