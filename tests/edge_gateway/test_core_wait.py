"""How long questions would wait for the core is told from those before them."""

from __future__ import annotations

import pytest

from services.edge_gateway.core_wait import FEWEST, HALF_LIFE_SECONDS, TOO_FEW, WINDOW_SECONDS, CoreWait
from tests.fakes.fake_clock import FakeClock

APART = 0.02
"""Seconds between two answers that the core begins."""
GUESS = 77.0
"""What is said of a pace that nobody knows."""


class Core:
    """A core that begins one answer after the other, and the one that watches it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.wait = CoreWait(self.clock)

    def begins(self, answers: int, apart: float = APART) -> None:
        for _ in range(answers):
            self.clock.advance(apart)
            self.wait.note()


@pytest.fixture
def core() -> Core:
    return Core()


def test_each_question_before_it_takes_as_long_as_the_core_takes_from_one_answer_to_the_next(
    core: Core,
) -> None:
    with core.wait.waiting():
        core.begins(100)
        assert core.wait.expected(10, GUESS) == pytest.approx(10 * APART)


def test_what_a_core_will_do_that_nobody_has_waited_for_is_guessed(core: Core) -> None:
    core.begins(40)
    with core.wait.waiting():
        assert core.wait.expected(100, GUESS) == GUESS


def test_a_few_answers_say_nothing_of_the_pace(core: Core) -> None:
    with core.wait.waiting():
        core.begins(TOO_FEW - 1, apart=5.0)
        assert core.wait.expected(10, GUESS) == GUESS
        core.begins(1, apart=5.0)
        assert core.wait.expected(10, GUESS) == pytest.approx(50.0)


def test_answers_that_nobody_waited_for_say_nothing_of_the_pace(core: Core) -> None:
    core.begins(1000, apart=0.0001)
    with core.wait.waiting():
        core.begins(FEWEST)
        assert core.wait.expected(1, GUESS) == pytest.approx(APART)


def test_a_core_that_falls_silent_makes_everybody_wait_longer(core: Core) -> None:
    with core.wait.waiting():
        core.begins(100)
        core.clock.advance(3.0)
        assert core.wait.expected(1, GUESS) > 5 * APART


def test_only_the_last_second_counts_once_there_is_enough_of_it(core: Core) -> None:
    with core.wait.waiting():
        core.begins(200, apart=0.001)
        core.begins(round(WINDOW_SECONDS / APART) + 1)
        assert core.wait.expected(1, GUESS) == pytest.approx(APART, rel=0.05)


def test_of_a_slow_core_a_few_answers_count_however_long_they_took(core: Core) -> None:
    with core.wait.waiting():
        core.begins(100, apart=2.0)
        assert core.wait.expected(1, GUESS) == pytest.approx(2.0)


def test_the_last_flood_says_what_the_beginning_of_the_next_does_not(core: Core) -> None:
    with core.wait.waiting():
        core.begins(100)
    core.clock.advance(5.0)
    with core.wait.waiting():
        assert core.wait.expected(10, GUESS) == pytest.approx(10 * APART)
        core.begins(4, apart=APART / 10)
        assert core.wait.expected(10, GUESS) > 10 * APART * 0.7


def test_what_is_seen_outweighs_what_was_known(core: Core) -> None:
    with core.wait.waiting():
        core.begins(100)
    with core.wait.waiting():
        core.begins(200, apart=APART / 10)
        assert core.wait.expected(1, GUESS) < APART / 5


def test_a_flood_is_forgotten_after_some_minutes(core: Core) -> None:
    with core.wait.waiting():
        core.begins(100)
    core.clock.advance(10 * HALF_LIFE_SECONDS)
    with core.wait.waiting():
        assert core.wait.expected(100, GUESS) == GUESS


def test_many_short_waits_teach_as_much_as_a_long_one(core: Core) -> None:
    for _ in range(10):
        with core.wait.waiting():
            core.begins(3)
        core.clock.advance(0.5)
    with core.wait.waiting():
        assert core.wait.expected(10, GUESS) == pytest.approx(10 * APART)


def test_a_core_that_was_away_is_not_taken_to_be_slow_afterwards(core: Core) -> None:
    with core.wait.waiting():
        core.begins(100)
    with core.wait.waiting():
        core.clock.advance(30.0)
    with core.wait.waiting():
        assert core.wait.expected(10, GUESS) == pytest.approx(10 * APART)


def test_a_flood_lasts_as_long_as_anybody_waits(core: Core) -> None:
    with core.wait.waiting():
        with core.wait.waiting():
            core.begins(50)
        core.begins(50)
        assert core.wait.expected(1, GUESS) == pytest.approx(APART)
