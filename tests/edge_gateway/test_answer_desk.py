"""Questions wait for the core by turns, and are refused when too many do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable

import pytest

from libs.common.caller import Caller, Privacy
from libs.common.errors import DependencyUnavailable, NotFound, Overloaded
from libs.common.manifest import Policy
from services.edge_gateway.answer_desk import AnswerDesk
from services.edge_gateway.answers import Batch, Question
from services.edge_gateway.core_limit import CoreLimit
from services.edge_gateway.session import Session
from tests.edge_gateway.harness import answer, bundle
from tests.fakes.edge_ports import FakeAnswers, FakeManifests
from tests.fakes.fake_clock import FakeClock

EVENTS: Batch = tuple(answer())
NOW = 1_750_000_000


def session(tenant: str = "acme", subject: str = "ana") -> Session:
    return Session(
        "s_1", tenant, subject, "standard", frozenset(), "en", Privacy(), "local", "", NOW, NOW, NOW + 900
    )


STRANGER = session(subject="anon:1")
OTHER = session("globex", "bob")


def question(number: int = 0) -> Question:
    return Question(f"q_{number}", "h" * 64, "How fast?", "c_1", "", "", "en", "m" * 64, "stable")


class Core(FakeAnswers):
    """A core that begins an answer when it is told to, or refuses it."""

    def __init__(self) -> None:
        super().__init__()
        self.gates: list[asyncio.Event] = []
        self.refusal: Exception | None = None

    def ask(
        self, caller: Caller, question: Question, pressure: int, begun: Callable[[], None]
    ) -> AsyncGenerator[Batch, None]:
        self.asked.append((caller, question))
        self.pressures.append(pressure)
        gate = asyncio.Event()
        self.gates.append(gate)
        return self._begin(gate, begun)

    async def _begin(self, gate: asyncio.Event, begun: Callable[[], None]) -> AsyncGenerator[Batch, None]:
        await gate.wait()
        if self.refusal is not None:
            raise self.refusal
        begun()
        yield EVENTS

    @property
    def tenants(self) -> list[str]:
        """Whose questions have come, in their order."""
        return [caller.tenant for caller, _ in self.asked]


class Bench:
    """A desk in front of a core, and those who ask there."""

    def __init__(self, places: int = 2, bound_ms: float = 1000.0) -> None:
        self.clock = FakeClock()
        self.core = Core()
        policy = Policy(pressure_ms=(bound_ms / 10, bound_ms / 4, bound_ms / 2, bound_ms))
        manifests = FakeManifests(*(bundle(tenant, policy=policy) for tenant in ("acme", "globex")))
        limit = CoreLimit(self.clock, start=places, most=places, least=1)
        self.desk = AnswerDesk(self.core, manifests, self.clock, limit)
        self.tasks: list[asyncio.Task[list[Batch]]] = []

    def ask(self, who: Session) -> asyncio.Task[list[Batch]]:
        async def read() -> list[Batch]:
            return [batch async for batch in self.desk.ask(who, question(len(self.tasks)))]

        self.tasks.append(asyncio.create_task(read()))
        return self.tasks[-1]

    async def begin(self, number: int, after: float = 0.0) -> None:
        """Has the core begin its next answer."""
        self.clock.advance(after)
        self.core.gates[number].set()
        await settled()

    async def known_to_take(self, seconds: float) -> None:
        """Lets the desk learn how long the core takes to begin an answer."""
        for _ in range(40):
            task = self.ask(session())
            await settled()
            await self.begin(-1, seconds)
            await task
        self.core.asked.clear()
        self.core.pressures.clear()

    async def end(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)


async def settled() -> None:
    for _ in range(12):
        await asyncio.sleep(0)


async def test_within_the_limit_everybody_asks_at_once_and_without_pressure() -> None:
    bench = Bench()
    asked = [bench.ask(session()), bench.ask(OTHER)]
    await settled()
    assert (bench.core.tenants, bench.core.pressures) == (["acme", "globex"], [0, 0])
    for gate in bench.core.gates:
        gate.set()
    assert await asyncio.gather(*asked) == [[EVENTS], [EVENTS]]


async def test_above_the_limit_a_question_waits_until_the_core_has_begun_another_answer() -> None:
    bench = Bench(places=1)
    bench.ask(session())
    second = bench.ask(session())
    await settled()
    assert len(bench.core.asked) == 1
    await bench.begin(0)
    assert len(bench.core.asked) == 2
    await bench.begin(1)
    assert await second == [EVENTS]


async def test_an_answer_that_streams_for_long_holds_nobody_up() -> None:
    bench = Bench(places=1)
    bench.core.refusal = None
    first = bench.desk.ask(session(), question())
    reading = asyncio.create_task(anext(first))
    await settled()
    await bench.begin(0)
    assert await reading == EVENTS
    bench.ask(session())  # while the first answer is still open
    await settled()
    assert len(bench.core.asked) == 2
    await first.aclose()
    await bench.end()


async def test_who_has_waited_is_answered_under_the_pressure_that_made_him_wait() -> None:
    bench = Bench(places=1)
    await bench.known_to_take(0.05)
    bench.ask(session())
    bench.ask(session())
    await settled()
    await bench.begin(-1, after=0.3)
    assert bench.core.pressures == [0, 2]
    await bench.end()


async def test_beyond_the_bound_a_question_is_refused_with_the_length_of_the_wait() -> None:
    bench = Bench(places=1)
    await bench.known_to_take(0.3)
    for _ in range(4):
        bench.ask(session())
    await settled()

    with pytest.raises(Overloaded) as early:
        bench.desk.require_room(session())
    with pytest.raises(Overloaded) as late:
        await anext(bench.desk.ask(session(), question()))

    assert early.value.retry_after_ms == late.value.retry_after_ms
    assert 800 <= (early.value.retry_after_ms or 0) <= 1500
    assert len(bench.core.asked) == 1
    await bench.end()


async def test_the_bound_is_for_the_wait_at_the_desk_and_in_the_core() -> None:
    bench = Bench(places=4)
    for _ in range(5):
        bench.ask(session())
    await settled()
    for number in range(40):  # one always waits, while the core begins an answer every tenth of a second
        await bench.begin(number, after=0.1)
        bench.ask(session())
        await settled()
    for _ in range(2):
        bench.desk.require_room(session())
        bench.ask(session())
        await settled()
    # Four are in the core, three wait: 0.8 s until the next one would be begun, only half of them here.
    with pytest.raises(Overloaded) as refused:
        bench.desk.require_room(session())
    assert 780 <= (refused.value.retry_after_ms or 0) <= 820
    await bench.end()


async def test_whose_turn_does_not_come_within_the_bound_is_refused_and_leaves_no_trace() -> None:
    bench = Bench(places=1, bound_ms=20.0)
    first = bench.ask(session())
    await settled()
    second = bench.ask(session())
    async with asyncio.timeout(10):
        with pytest.raises(Overloaded) as refused:
            await second
    assert (refused.value.retry_after_ms or 0) >= 1
    assert len(bench.core.asked) == 1
    await bench.begin(0)
    assert await first == [EVENTS]
    third = bench.ask(OTHER)
    await settled()
    await bench.begin(-1)
    assert await third == [EVENTS]
    assert bench.core.tenants == ["acme", "globex"]


async def test_whose_turn_comes_too_late_for_the_bound_is_refused_and_gives_its_place_back() -> None:
    bench = Bench(places=1)
    bench.ask(session())
    late = bench.ask(session())
    await settled()
    await bench.begin(0, after=1.1)
    with pytest.raises(Overloaded):
        await late
    punctual = bench.ask(OTHER)
    await settled()
    await bench.begin(-1)
    assert await punctual == [EVENTS]
    assert bench.core.tenants == ["acme", "globex"]


async def test_one_may_always_wait_so_that_the_desk_learns_that_the_core_is_quick_again() -> None:
    bench = Bench(places=1)
    await bench.known_to_take(0.9)
    bench.ask(session())
    await settled()
    second = bench.ask(session())
    await settled()
    with pytest.raises(Overloaded):
        bench.desk.require_room(session())
    await bench.begin(-1, after=0.01)
    await bench.begin(-1)
    assert await second == [EVENTS]


async def test_a_burst_on_a_core_that_nobody_has_waited_for_is_let_in() -> None:
    bench = Bench(places=8)
    asked = [bench.ask(session()) for _ in range(30)]
    await settled()
    for number in range(30):
        await bench.begin(number, after=0.005)
    assert await asyncio.gather(*asked) == [[EVENTS]] * 30


async def test_visitors_whom_nobody_vouches_for_are_refused_first() -> None:
    bench = Bench(places=1)
    await bench.known_to_take(0.2)
    for _ in range(2):
        bench.ask(session())
    await settled()
    bench.desk.require_room(session())
    with pytest.raises(Overloaded):
        bench.desk.require_room(STRANGER)
    await bench.end()


async def test_strangers_alone_are_answered_like_others() -> None:
    bench = Bench(places=2)
    asked = [bench.ask(STRANGER) for _ in range(2)]
    await settled()
    for gate in bench.core.gates:
        gate.set()
    assert await asyncio.gather(*asked) == [[EVENTS], [EVENTS]]


async def test_a_tenants_flood_makes_another_wait_for_one_question_and_not_for_all() -> None:
    bench = Bench(places=1)
    await bench.known_to_take(0.2)
    for _ in range(12):
        bench.ask(session())
    await settled()
    with pytest.raises(Overloaded):
        bench.desk.require_room(session())
    bench.desk.require_room(OTHER)
    bench.ask(OTHER)
    await settled()
    for _ in range(2):
        await bench.begin(-1, after=0.2)
    assert bench.core.tenants == ["acme", "acme", "globex"]
    await bench.end()


async def test_a_reader_that_leaves_while_it_waits_leaves_no_trace() -> None:
    bench = Bench(places=1)
    bench.ask(session())
    gone = bench.ask(session())
    last = bench.ask(OTHER)
    await settled()
    gone.cancel()
    await settled()
    await bench.begin(0)
    await bench.begin(-1)
    assert await last == [EVENTS]
    assert bench.core.tenants == ["acme", "globex"]


async def test_a_reader_that_leaves_before_the_core_has_begun_gives_its_place_back() -> None:
    bench = Bench(places=1)
    gone = bench.ask(session())
    await settled()
    gone.cancel()
    await settled()
    bench.ask(OTHER)
    await settled()
    assert bench.core.tenants == ["acme", "globex"]
    await bench.end()


@pytest.mark.parametrize("error", [Overloaded("No.", retry_after_ms=40), DependencyUnavailable("Gone.")])
async def test_a_question_that_the_core_refuses_gives_its_place_back(error: Exception) -> None:
    bench = Bench(places=1)
    bench.core.refusal = error
    for number in range(3):
        asked = bench.ask(session())
        await settled()
        await bench.begin(number)
        with pytest.raises(type(error)):
            await asked
    bench.desk.require_room(session())


async def test_a_core_that_refuses_is_asked_less_at_a_time() -> None:
    bench = Bench(places=8)
    bench.core.refusal = Overloaded("No.", retry_after_ms=40)
    asked = [bench.ask(session()) for _ in range(8)]
    await settled()
    for number in range(8):
        await bench.begin(number)
    await asyncio.gather(*asked, return_exceptions=True)
    assert bench.desk.limit == 5


async def test_a_core_that_is_away_is_no_reason_to_ask_less() -> None:
    bench = Bench(places=8)
    bench.core.refusal = DependencyUnavailable("Gone.")
    asked = [bench.ask(session()) for _ in range(8)]
    await settled()
    for number in range(8):
        await bench.begin(number)
    await asyncio.gather(*asked, return_exceptions=True)
    assert bench.desk.limit == 8


async def test_a_tenant_that_is_gone_is_not_asked_for() -> None:
    bench = Bench()
    with pytest.raises(NotFound):
        bench.desk.require_room(session("nobody"))


async def test_what_a_few_answers_say_of_the_pace_turns_nobody_away_who_has_waited_little() -> None:
    bench = Bench(places=4)
    asked = [bench.ask(session()) for _ in range(10)]
    await settled()
    for number in range(10):  # the first answer comes late, as it does from a core that begins four at once
        await bench.begin(number, after=0.24 if number == 0 else 0.01)
    assert await asyncio.gather(*asked) == [[EVENTS]] * 10
