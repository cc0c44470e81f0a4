from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.admission import Admission, Ask, Place
from libs.common.deadline import Deadline
from libs.common.errors import DeadlineExceeded, Overloaded
from libs.common.pressure import Thresholds
from tests.fakes.fake_clock import FakeClock

THRESHOLDS = Thresholds((0.02, 0.04, 0.08, 0.15))


class Desk:
    """An admission whose work takes as long as the test says."""

    def __init__(self, places: int = 2, most_pressed: int = 0) -> None:
        self.clock = FakeClock()
        limit = AdaptiveLimit(places, places, places)
        self.admission = Admission("test", limit, self.clock, most_pressed)
        self.started: list[str] = []

    def ask(self, tenant: str = "acme", seconds: float = 5.0, priority: str = "interactive") -> Ask:
        return Ask(tenant, Deadline.after(seconds, self.clock), THRESHOLDS, priority)  # type: ignore[arg-type]

    async def known_to_take(self, seconds: float) -> None:
        for _ in range(80):
            async with self.admission.place(self.ask()):
                self.clock.advance(seconds)

    def begin(self, name: str, ask: Ask) -> Work:
        return Work(self, name, ask)


class Work:
    def __init__(self, desk: Desk, name: str, ask: Ask) -> None:
        self.end = asyncio.Event()
        self.place: Place | None = None
        self.task = asyncio.create_task(self._run(desk, name, ask))

    async def _run(self, desk: Desk, name: str, ask: Ask) -> None:
        async with desk.admission.place(ask) as place:
            self.place = place
            desk.started.append(name)
            await self.end.wait()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not true():
            await asyncio.sleep(0)


async def test_work_within_the_limit_runs_at_once_and_without_pressure() -> None:
    desk = Desk()
    works = [desk.begin(name, desk.ask()) for name in "ab"]
    await until(lambda: len(desk.started) == 2)
    assert [work.place and work.place.level for work in works] == [0, 0]
    for work in works:
        work.end.set()
        await work.task
    assert desk.admission.wait_of("acme") == 0.0


async def test_work_beyond_the_limit_waits_for_its_turn() -> None:
    desk = Desk(places=1)
    first, second = desk.begin("a", desk.ask()), desk.begin("b", desk.ask())
    await settled()
    assert desk.started == ["a"]
    first.end.set()
    await until(lambda: desk.started == ["a", "b"])
    second.end.set()
    await second.task


async def test_a_wait_beyond_the_bound_is_turned_away_with_its_length() -> None:
    desk = Desk(places=1)
    await desk.known_to_take(0.051)
    works = [desk.begin(str(n), desk.ask()) for n in range(3)]
    await settled()
    with pytest.raises(Overloaded) as refused:
        async with desk.admission.place(desk.ask()):
            pass
    assert refused.value.retry_after_ms == 153
    for work in works:
        work.end.set()
        await work.task


async def test_a_place_is_free_again_as_soon_as_the_queue_is_short() -> None:
    """Turning away has no memory: else places stay empty while work is refused."""
    desk = Desk(places=1)
    await desk.known_to_take(0.051)
    works = [desk.begin(str(n), desk.ask()) for n in range(3)]
    await settled()
    with pytest.raises(Overloaded):
        async with desk.admission.place(desk.ask()):
            pass
    for work in works:
        work.end.set()
        await work.task
    async with desk.admission.place(desk.ask()):
        pass


async def test_a_call_that_cannot_finish_in_time_is_refused_without_waiting() -> None:
    desk = Desk(places=1)
    await desk.known_to_take(0.051)
    work = desk.begin("a", desk.ask())
    await settled()
    with pytest.raises(Overloaded):
        async with desk.admission.place(desk.ask(seconds=0.06)):
            pass
    with pytest.raises(DeadlineExceeded):
        async with desk.admission.place(desk.ask(seconds=0.0)):
            pass
    work.end.set()
    await work.task


async def test_an_estimate_that_is_out_of_date_is_renewed_by_whoever_comes() -> None:
    """Else nobody with less time than that would ever be admitted again, on an idle service."""
    desk = Desk()
    await desk.known_to_take(3.0)
    async with desk.admission.place(desk.ask(seconds=1.0)):
        with pytest.raises(Overloaded):
            async with desk.admission.place(desk.ask(seconds=1.0)):
                pass
    for _ in range(40):
        async with desk.admission.place(desk.ask(seconds=1.0)):
            pass
    async with desk.admission.place(desk.ask(seconds=1.0)), desk.admission.place(desk.ask(seconds=1.0)):
        pass


async def test_a_deadline_that_passes_in_the_queue_does_no_work() -> None:
    desk = Desk(places=1)
    first, late = desk.begin("a", desk.ask()), desk.begin("late", desk.ask(seconds=0.05))
    await settled()
    desk.clock.advance(0.06)
    first.end.set()
    with pytest.raises(DeadlineExceeded):
        await late.task
    assert desk.started == ["a"]


async def test_a_tenant_that_floods_does_not_make_another_wait_long() -> None:
    desk = Desk(places=1)
    await desk.known_to_take(0.02)
    flood = [desk.begin(f"flood{n}", desk.ask("flood")) for n in range(8)]
    await settled()
    with pytest.raises(Overloaded):
        async with desk.admission.place(desk.ask("flood")):
            pass
    assert desk.admission.wait_of("acme") == pytest.approx(0.04, abs=0.005)
    quiet = desk.begin("quiet", desk.ask("acme"))
    await settled()
    for work in flood[:2]:
        work.end.set()
    await until(lambda: "quiet" in desk.started)
    for work in [*flood, quiet]:
        work.end.set()
    await asyncio.gather(*(work.task for work in [*flood, quiet]))


async def test_work_that_had_to_wait_runs_under_the_pressure_that_made_it_wait() -> None:
    desk = Desk(places=1)
    await desk.known_to_take(0.051)
    first, second = desk.begin("a", desk.ask()), desk.begin("b", desk.ask())
    await settled()
    desk.clock.advance(0.09)
    first.end.set()
    await until(lambda: second.place is not None)
    assert second.place is not None
    assert second.place.level == 3
    second.end.set()
    await second.task


async def test_under_pressure_fewer_run_at_a_time() -> None:
    desk = Desk(places=2, most_pressed=1)
    await desk.known_to_take(0.04)
    works = [desk.begin(name, desk.ask()) for name in "abcde"]
    await settled()
    assert desk.started == ["a", "b"]
    works[0].end.set()
    await settled()
    assert desk.started == ["a", "b"]  # one of them runs still
    for work in works[1:]:
        work.end.set()
        await work.task
        assert desk.admission.running <= 1
    assert desk.started == list("abcde")


async def test_below_the_second_level_as_many_run_as_always() -> None:
    desk = Desk(places=2, most_pressed=1)
    await desk.known_to_take(0.05)
    works = [desk.begin(name, desk.ask()) for name in "abc"]
    await settled()
    works[0].end.set()
    await until(lambda: desk.started == ["a", "b", "c"])
    assert desk.admission.running == 2
    for work in works:
        work.end.set()
        await work.task


@pytest.mark.parametrize(("priority", "waiting"), [("shadow", 0), ("background", 0)])
async def test_what_nobody_waits_for_is_turned_away_first(priority: str, waiting: int) -> None:
    desk = Desk(places=1)
    await desk.known_to_take(0.045)
    work = desk.begin("a", desk.ask())
    await settled()
    with pytest.raises(Overloaded):
        async with desk.admission.place(desk.ask(priority=priority)):
            pass
    second = desk.begin("b", desk.ask())
    work.end.set()
    second.end.set()
    await asyncio.gather(work.task, second.task)


async def test_a_caller_that_leaves_the_queue_leaves_its_place_to_others() -> None:
    desk = Desk(places=1)
    first, gone, last = (desk.begin(name, desk.ask()) for name in ("a", "gone", "last"))
    await settled()
    gone.task.cancel()
    await settled()
    first.end.set()
    await until(lambda: desk.started == ["a", "last"])
    last.end.set()
    await last.task
    assert desk.admission.wait_of("acme") == 0.0


async def test_a_caller_that_leaves_in_the_moment_of_its_turn_gives_the_place_back() -> None:
    desk = Desk(places=1)
    first, gone = desk.begin("a", desk.ask()), desk.begin("gone", desk.ask())
    await settled()
    first.end.set()
    await first.task  # the turn has come; the waiting task has not run yet, or just has
    gone.task.cancel()
    await asyncio.wait([gone.task])
    async with desk.admission.place(desk.ask()):
        pass


async def test_work_that_fails_gives_its_place_back() -> None:
    desk = Desk(places=1)
    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            async with desk.admission.place(desk.ask()):
                raise ValueError("broken")
    assert desk.admission.wait_of("acme") == 0.0


async def test_what_would_be_refused_is_known_beforehand_for_each_tenant() -> None:
    desk = Desk(places=1)
    await desk.known_to_take(0.1)
    assert desk.admission.overflow("acme") is None
    works = [desk.begin(f"loud {n}", desk.ask()) for n in range(3)]
    await settled()

    after = desk.admission.overflow("acme")

    assert after is not None
    assert after >= 150
    assert desk.admission.overflow("never asked") is None
    with pytest.raises(Overloaded):
        await desk.admission.place(desk.ask()).__aenter__()
    for work in works:
        work.end.set()
        await settled()
    assert desk.admission.overflow("acme") is None


async def test_a_quiet_tenant_is_not_refused_beforehand_for_a_loud_one() -> None:
    desk = Desk(places=2)
    async with desk.admission.place(desk.ask("quiet")):
        pass
    await desk.known_to_take(0.1)
    works = [desk.begin(f"loud {n}", desk.ask("loud")) for n in range(6)]
    await settled()

    assert desk.admission.overflow("loud") is not None
    assert desk.admission.overflow("quiet") is None

    for work in works:
        work.task.cancel()
    await asyncio.gather(*(work.task for work in works), return_exceptions=True)


async def test_room_can_be_asked_for_without_waiting_for_it() -> None:
    desk = Desk(places=1)
    await desk.known_to_take(0.1)
    desk.admission.require_room(desk.ask())
    works = [desk.begin(str(n), desk.ask()) for n in range(2)]
    await settled()

    with pytest.raises(Overloaded) as refused:
        desk.admission.require_room(desk.ask())

    assert (refused.value.retry_after_ms or 0) >= 150
    assert desk.admission.running == 1
    with pytest.raises(DeadlineExceeded):
        desk.admission.require_room(desk.ask(seconds=0.0))
    for work in works:
        work.end.set()
    await asyncio.gather(*(work.task for work in works))


async def test_a_queue_is_as_long_as_it_takes_to_empty_whatever_a_piece_took_before() -> None:
    """A machine that is given too much takes longer for each; that must show before all of them are in."""
    desk = Desk(places=2)
    await desk.known_to_take(0.001)
    works = [desk.begin(str(n), desk.ask()) for n in range(6)]
    await settled()
    assert desk.admission.wait_of("acme") < 0.01
    for work in works[:3]:
        desk.clock.advance(0.02)
        work.end.set()
        await until(work.task.done)
    assert desk.admission.wait_of("acme") == pytest.approx(0.04, rel=0.05)
    for work in works:
        work.end.set()
    await asyncio.gather(*(work.task for work in works))


async def test_while_nothing_ends_the_wait_grows() -> None:
    desk = Desk(places=2)
    await desk.known_to_take(0.001)
    works = [desk.begin(str(n), desk.ask()) for n in range(3)]
    await settled()
    desk.clock.advance(0.4)
    assert desk.admission.wait_of("acme") == pytest.approx(0.4)
    for work in works:
        work.end.set()
    await asyncio.gather(*(work.task for work in works), return_exceptions=True)


async def test_a_place_can_be_left_by_somebody_else_than_who_entered() -> None:
    desk = Desk(places=1)
    place = await desk.admission.enter(desk.ask())
    assert desk.admission.running == 1
    desk.clock.advance(0.1)
    desk.admission.leave(place)
    assert (desk.admission.running, desk.admission.wait_of("acme")) == (0, 0.0)


async def test_a_place_whose_time_says_nothing_teaches_nothing() -> None:
    desk = Desk(places=1)
    await desk.known_to_take(0.01)
    odd = await desk.admission.enter(desk.ask())
    desk.clock.advance(60.0)
    desk.admission.leave(odd, learn=False)
    held = await desk.admission.enter(desk.ask())
    assert desk.admission.wait_of("acme") == pytest.approx(0.01, rel=0.01)
    desk.admission.leave(held)


KINDS = ("dear", "cheap", "cheap", "cheapest")


class KindDesk(Desk):
    """An admission of work that costs less under pressure."""

    def ask(self, tenant: str = "acme", seconds: float = 5.0, priority: str = "interactive") -> Ask:
        return replace(super().ask(tenant, seconds, priority), kinds=KINDS)

    async def seen(self, **seconds: float) -> None:
        """Makes it known what each kind of work takes."""
        for kind, each in seconds.items():
            for _ in range(80):
                async with self.admission.place(self.ask()) as place:
                    place.kind = kind
                    self.clock.advance(each)


async def test_dear_work_before_it_does_not_turn_work_away_that_becomes_cheap_by_degrading() -> None:
    desk = KindDesk(places=1)
    await desk.seen(cheapest=0.004, cheap=0.01, dear=0.1)
    works = [desk.begin(str(n), desk.ask()) for n in range(3)]
    await settled()

    assert desk.admission.overflow("acme") is None
    assert desk.admission.wait_of("acme", KINDS) == pytest.approx(0.012)
    assert desk.admission.level_of(desk.ask()) == 1

    for work in works:
        work.end.set()
        await work.task


async def test_a_kind_that_was_not_seen_is_taken_to_cost_what_the_dearer_one_does() -> None:
    desk = KindDesk(places=1)
    await desk.seen(dear=0.1)
    works = [desk.begin(str(n), desk.ask()) for n in range(2)]
    await settled()
    with pytest.raises(Overloaded):
        async with desk.admission.place(desk.ask()):
            pass
    for work in works:
        work.end.set()
        await work.task


async def test_what_was_cheap_in_calm_times_is_not_taken_to_cost_less_than_what_does_less() -> None:
    desk = KindDesk(places=1)
    await desk.seen(cheap=0.002, dear=0.002, cheapest=0.05)
    works = [desk.begin(str(n), desk.ask()) for n in range(2)]
    await settled()
    assert desk.admission.level_of(desk.ask()) == 3
    for work in works:
        work.end.set()
        await work.task


async def test_a_tenant_is_told_how_many_turns_come_before_its_own() -> None:
    desk = KindDesk(places=1)
    assert desk.admission.turns_of("acme") == 0
    works = [desk.begin("running", desk.ask())]
    await settled()
    assert desk.admission.turns_of("acme") == 1
    works.append(desk.begin("waiting", desk.ask()))
    await settled()
    assert (desk.admission.turns_of("acme"), desk.admission.turns_of("globex")) == (2, 2)
    for work in works:
        work.end.set()
        await work.task
