from __future__ import annotations

import pytest

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.admission import Admission, Ask
from libs.common.deadline import Deadline
from services.generation.answer_place import QUOTED, AnswerPlace
from tests.fakes.fake_clock import FakeClock


class Entered:
    """An admission with one place, and who holds it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.admission = Admission("test", AdaptiveLimit(1, 1, 1), self.clock)
        self.ask = Ask("acme", Deadline.after(60.0, self.clock))

    async def hold(self) -> AnswerPlace:
        return AnswerPlace(0, self.admission, await self.admission.enter(self.ask))


async def test_a_place_is_given_back_once() -> None:
    entered = Entered()
    place = await entered.hold()
    place.leave(QUOTED[0])
    place.leave()
    place.leave(QUOTED[0])
    assert entered.admission.running == 0


async def test_the_time_of_work_of_a_known_class_is_learned() -> None:
    entered = Entered()
    place = await entered.hold()
    entered.clock.advance(0.1)
    place.leave(QUOTED[0])
    again = await entered.hold()
    assert entered.admission.wait_of("acme", QUOTED) == pytest.approx(0.1)
    again.leave()


async def test_the_time_of_work_that_came_to_nothing_is_not() -> None:
    entered = Entered()
    place = await entered.hold()
    entered.clock.advance(30.0)
    place.leave()
    again = await entered.hold()
    assert entered.admission.wait_of("acme", QUOTED) < 0.1
    again.leave()


def test_where_nobody_counts_there_is_nothing_to_give_back() -> None:
    place = AnswerPlace()
    place.leave(QUOTED[0])
    assert place.level == 0
