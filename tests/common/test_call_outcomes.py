"""What refuses is asked hardly more than it can do, and as soon as it takes everything, everything is sent."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from libs.common.call_outcomes import CAREFUL_SECONDS, LONGEST_PAUSE_SECONDS, WINDOW_SECONDS, CallOutcomes, K

START = 1000.0
chances = st.floats(0.0, 1.0, exclude_max=True)
happenings = st.lists(
    st.tuples(st.sampled_from(["ask", "accept", "refuse", "wait"]), st.floats(0.0, 0.4), chances),
    max_size=80,
)


@given(happenings=happenings)
def test_nothing_is_held_back_while_nothing_is_refused(happenings: list[tuple[str, float, float]]) -> None:
    outcomes, now = CallOutcomes(), START
    for what, pause, chance in happenings:
        now += pause
        if what == "accept":
            outcomes.accept(now)
        else:
            assert outcomes.may_send(now, chance)


@given(happenings=happenings, pauses=st.floats(0.0, 60.0), chance=chances)
def test_a_call_goes_out_at_least_once_a_second_whatever_happened(
    happenings: list[tuple[str, float, float]], pauses: float, chance: float
) -> None:
    outcomes, now, sent_at = CallOutcomes(), START, START
    outcomes.may_send(now, 0.0)
    for what, pause, one in happenings:
        now += pause
        if what == "accept":
            outcomes.accept(now)
        elif what == "refuse":
            outcomes.refuse(now, pauses)
        elif what == "ask":
            due = now - sent_at >= LONGEST_PAUSE_SECONDS
            went = outcomes.may_send(now, one)
            assert went or not due
            sent_at = now if went else sent_at
    assert outcomes.may_send(max(now, sent_at + LONGEST_PAUSE_SECONDS), chance)


@given(happenings=happenings, lower=chances, upper=chances)
def test_a_call_that_goes_out_by_a_worse_chance_goes_out_by_a_better_one(
    happenings: list[tuple[str, float, float]], lower: float, upper: float
) -> None:
    def decision(chance: float) -> bool:
        outcomes, now = CallOutcomes(), START
        for what, pause, one in happenings:
            now += pause
            if what == "accept":
                outcomes.accept(now)
            elif what == "refuse":
                outcomes.refuse(now, 0.1)
            elif what == "ask":
                outcomes.may_send(now, one)
        return outcomes.may_send(now, chance)

    worse, better = sorted((lower, upper))
    assert decision(better) >= decision(worse)


@given(happenings=happenings, pause=st.floats(0.0, 30.0))
def test_who_is_told_to_come_back_is_let_in_when_nothing_else_is_asked(
    happenings: list[tuple[str, float, float]], pause: float
) -> None:
    """A caller alone that keeps to `retry_after` is not refused twice by its own side, up to the longest pause."""
    outcomes, now = CallOutcomes(), START
    for what, seconds, one in happenings:
        now += seconds
        if what == "accept":
            outcomes.accept(now)
        elif what == "refuse":
            outcomes.refuse(now, pause)
        elif what == "ask" and not outcomes.may_send(now, one):
            now += max(outcomes.retry_after(now), LONGEST_PAUSE_SECONDS) + 1e-9
            assert outcomes.may_send(now, 0.0)


def test_a_share_is_held_back_as_the_book_says() -> None:
    """100 asked, 20 taken: the book's formula refuses (100 - K * 20) / 101 of them."""
    outcomes = CallOutcomes()
    now = steady(outcomes, asked=100, accepted=20)
    share = (100 - K * 20) / 101
    assert not outcomes.may_send(now, share - 0.02)
    assert outcomes.may_send(now, share + 0.02)


def steady(outcomes: CallOutcomes, asked: int, accepted: int) -> float:
    """A second in which so many were asked, evenly, and so many of them taken; returns its end."""
    now = START
    for number in range(asked):
        now = START + number / asked
        outcomes.may_send(now, 1.0 - 2**-53)
        taken = number * accepted // asked != (number + 1) * accepted // asked
        outcomes.accept(now) if taken else outcomes.refuse(now, 0.1)
    return now


def test_while_nothing_is_taken_it_asks_when_the_service_said_and_then_more_and_more_rarely() -> None:
    outcomes, now, pauses = CallOutcomes(), START, []
    outcomes.may_send(now, 0.0)
    for _ in range(6):
        outcomes.refuse(now, 0.1)
        asked_at = now
        while not outcomes.may_send(now := now + 0.001, 0.999):
            assert outcomes.retry_after(now) >= 0.1
        pauses.append(now - asked_at)
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.0, 1.0], abs=0.002)


def test_a_service_that_says_a_long_time_is_asked_again_after_the_longest_pause() -> None:
    outcomes = CallOutcomes()
    outcomes.may_send(START, 0.0)
    outcomes.refuse(START, 30.0)
    assert not outcomes.may_send(START + 0.9, 0.999)
    assert outcomes.retry_after(START + 0.9) == 30.0
    assert outcomes.may_send(START + LONGEST_PAUSE_SECONDS, 0.999)


def test_a_single_refusal_among_many_answers_holds_nothing_back() -> None:
    outcomes = CallOutcomes()
    now = steady(outcomes, asked=50, accepted=49)
    assert all(outcomes.may_send(now + number / 1000, 0.0) for number in range(5))


def test_after_a_refusal_no_more_is_under_way_than_was_accepted_in_a_second_and_one() -> None:
    outcomes = CallOutcomes()
    for _ in range(3):
        outcomes.may_send(START + 1.0, 0.999)
        outcomes.accept(START + 1.0)
    outcomes.may_send(START + 1.0, 0.999)
    outcomes.refuse(START + 1.0, 0.1)
    now = START + 1.05
    assert [outcomes.may_send(now, 0.999) for _ in range(6)] == [True] * 4 + [False] * 2
    outcomes.give_up()
    assert [outcomes.may_send(now, 0.999) for _ in range(2)] == [True, False]
    outcomes.accept(START + 2.5)
    assert all(outcomes.may_send(START + 1.0 + CAREFUL_SECONDS, 0.0) for _ in range(100))


@dataclass
class Server:
    """Does so many calls a second, lets so much wait, and refuses the rest; refusing takes its time, too."""

    per_second: float
    bound: float = 0.15
    refusal: float = 0.0003
    refused_after: float = 0.01
    free_at: float = 0.0
    refused: int = 0
    done: int = 0

    def ask(self, now: float) -> tuple[float, bool]:
        """When the caller knows, and whether the call was taken."""
        if self.free_at - now >= self.bound:
            self.free_at += self.refusal
            self.refused += 1
            return now + self.refused_after, False
        self.free_at = max(self.free_at, now) + 1.0 / self.per_second
        self.done += 1
        return self.free_at, True


@dataclass
class Fleet:
    """Clients of one server, each of which sees its own calls only."""

    clients: list[CallOutcomes]
    server: Server
    chance: Callable[[], float]
    pending: list[tuple[float, int, bool]] = field(default_factory=list)

    def ask(self, now: float, client: int) -> bool:
        """Whether a call was answered."""
        while self.pending and self.pending[0][0] <= now:
            at, which, taken = heapq.heappop(self.pending)
            self.clients[which].accept(at) if taken else self.clients[which].refuse(at, 0.15)
        if not self.clients[client].may_send(now, self.chance()):
            return False
        at, taken = self.server.ask(now)
        heapq.heappush(self.pending, (at, client, taken))
        return taken


def times(begin: float, seconds: float, per_second: float) -> Iterator[float]:
    return (begin + number / per_second for number in range(round(seconds * per_second)))


@pytest.mark.parametrize("count", [1, 8])
def test_a_service_whose_refusals_are_slow_to_come_is_not_flooded_anew_each_second(count: int) -> None:
    rng, server = random.Random(count), Server(240.0, refused_after=0.3)
    fleet = Fleet([CallOutcomes() for _ in range(count)], server, rng.random)
    for now in times(START, 2.0, 2400.0):
        fleet.ask(now, rng.randrange(count))
    done, refused = server.done, server.refused
    for now in times(START + 2.0, 10.0, 2400.0):
        fleet.ask(now, rng.randrange(count))
    assert (server.done - done) / 10.0 >= 0.9 * 240.0
    assert (server.refused - refused) / 10.0 <= 0.8 * 240.0


@pytest.mark.parametrize("count", [1, 4, 40])
def test_ten_times_the_capacity_leaves_nearly_all_of_it_and_a_second_later_all_is_normal(count: int) -> None:
    rng, server = random.Random(count), Server(240.0)
    fleet = Fleet([CallOutcomes() for _ in range(count)], server, rng.random)

    for now in times(START, 5.0, 2400.0):
        fleet.ask(now, rng.randrange(count))
    assert server.done / 5.0 >= 0.9 * 240.0
    assert server.refused / 5.0 <= 0.8 * 240.0

    end = START + 5.0
    for now in times(end, WINDOW_SECONDS, 72.0):
        fleet.ask(now, rng.randrange(count))
    calm = [fleet.ask(now, rng.randrange(count)) for now in times(end + 1.15, 3.0, 72.0)]
    assert sum(calm) / len(calm) >= 0.97


def test_a_server_that_was_gone_for_a_while_gets_everything_again_within_a_second_or_so() -> None:
    outcomes, now = CallOutcomes(), START
    for now in times(START, 3.0, 500.0):
        if outcomes.may_send(now, 0.5):
            outcomes.refuse(now, 0.1)
    back = now
    for now in times(back, LONGEST_PAUSE_SECONDS + WINDOW_SECONDS, 500.0):
        if outcomes.may_send(now, 0.5):
            outcomes.accept(now)
    assert all(outcomes.may_send(at, 0.0) for at in times(now, 0.5, 500.0))
