from __future__ import annotations

import pytest

from benchmarks.spike_service import CAP, DESKS, FullQuality, PlainCap, Unprotected
from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.admission import Admission, Ask
from libs.common.clock import SystemClock
from libs.common.deadline import Deadline
from libs.common.errors import Overloaded

CLOCK = SystemClock()


def desk(kind: type[Admission]) -> Admission:
    return kind("test", AdaptiveLimit(), CLOCK)


def ask() -> Ask:
    return Ask("acme", Deadline.after(5.0, CLOCK))


def test_every_desk_has_a_name() -> None:
    assert set(DESKS) == {"causeway", "full", "cap", "open"}


async def test_the_plain_cap_turns_away_what_is_above_it() -> None:
    capped = desk(PlainCap)
    held = [capped.place(ask()) for _ in range(CAP)]
    for place in held:
        await place.__aenter__()
    with pytest.raises(Overloaded):
        await capped.place(ask()).__aenter__()
    await held[0].__aexit__(None, None, None)
    async with capped.place(ask()) as free:
        assert free.level == 0


async def test_without_protection_everything_begins() -> None:
    unprotected = desk(Unprotected)
    places = [unprotected.place(ask()) for _ in range(CAP * 3)]
    assert [(await place.__aenter__()).level for place in places] == [0] * len(places)


def test_full_quality_knows_no_level() -> None:
    assert desk(FullQuality).level_of(ask(), waited=10.0) == 0
