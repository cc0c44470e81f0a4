"""The pause between two requests."""

from __future__ import annotations

from cli.crawl.pace import Pace
from tests.fakes.fake_site import FakeSite


async def test_the_pause_counts_from_the_end_of_the_last_request() -> None:
    site = FakeSite()
    pace = Pace(site.clock, site.pause, 2.0)

    await pace.wait()
    site.clock.advance(10)
    pace.ended()
    site.clock.advance(0.5)
    await pace.wait()

    assert site.pauses == [1.5]


async def test_only_a_longer_pause_is_taken_over() -> None:
    site = FakeSite()
    pace = Pace(site.clock, site.pause, 2.0)
    pace.slow_down(1.0)
    pace.slow_down(5.0)
    pace.ended()

    await pace.wait()

    assert site.pauses == [5.0]
