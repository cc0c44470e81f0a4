"""P2: what an answer of 200 tokens costs in CPU, process by process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from benchmarks.answer_path import CAUSEWAY, OTHER, PEER, AnswerPath
from benchmarks.conditions import load_now
from benchmarks.plan import Concurrency, Outcome
from benchmarks.process_cpu import CpuMeter, resident_mib
from benchmarks.quantiles import median
from benchmarks.report import Cell, Report, Table, Target
from benchmarks.script import Script

_COLUMNS = ("edge", "generation", "retrieval", "others", "proxy")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost.

    Attributes:
        cpu_ms: CPU of an answer, by group of processes.
        answers_per_second: Answers that came to their end.
        duration_ms: Median time of an answer.
        busy: Share of one core that was used, 0 to 1.
        pieces: Median of the times at which bytes of an answer came.
        memory_mib: Resident memory after the run, by group.
        errors: What went wrong.
    """

    cpu_ms: Mapping[str, float]
    answers_per_second: float
    duration_ms: float
    busy: float
    pieces: float
    memory_mib: Mapping[str, float]
    errors: tuple[str, ...]

    @property
    def total_ms(self) -> float:
        """CPU of an answer in all processes."""
        return sum(self.cpu_ms.values())


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the comparison.

    Attributes:
        name: What it is called.
        side: Which of the path's sides.
        open: Answers at once.
        count: Answers in a run.
        script: What the upstream does.
    """

    name: str
    side: str
    open: int
    count: int
    script: Script


@dataclass(frozen=True, slots=True)
class Shape:
    """How P2 is measured.

    Attributes:
        many: Answers at once, enough to keep the measured core busy.
        count: Answers in each run of Causeway.
        peer_count: Answers in each run of the proxy, which takes several times as long.
        few: Answers at once in the run that shows answers without a crowd.
        repetitions: Rounds in which every case has its turn.
        tokens: Tokens of an answer.
        pace_ms: Milliseconds between two tokens.
    """

    many: int = 48
    count: int = 144
    peer_count: int = 48
    few: int = 4
    repetitions: int = 3
    tokens: int = 200
    pace_ms: float = 5.0


def measure(path: AnswerPath, shape: Shape) -> Report:
    """Measures the cases in turn."""
    before = load_now()
    cases = _cases(path, shape)
    costs: dict[str, list[Cost]] = {case.name: [] for case in cases}
    for _ in range(shape.repetitions):
        for case in cases:
            costs[case.name].append(_run(path, case))
    # CPU is what the machine did; noise only adds to it, so that the middle of the rounds is fair.
    typical = {
        name: sorted(found, key=lambda one: one.total_ms)[len(found) // 2] for name, found in costs.items()
    }
    return Report(
        name="p2",
        title="CPU of an answer through every service",
        setting=(
            f"{shape.tokens} tokens, one every {shape.pace_ms:g} ms, the first at once; closed loop with the "
            f"stated number of answers open; {shape.repetitions} rounds in turn, the round of median CPU "
            "shown. CPU: user and system time of the processes from before the first answer to after the "
            "last, divided by the answers."
        ),
        tables=[_by_process(typical, costs), _beside(typical)],
        targets=[
            Target(f"{name}, edge + generation + retrieval", _core_ms(typical[name]), 30.0, "ms")
            for name in (cases[0].name, cases[1].name)
        ],
        remarks=[*_remarks(costs), *path.absences],
        data={
            "shape": asdict(shape),
            "rounds": {name: [asdict(cost) for cost in found] for name, found in costs.items()},
        },
        load=(before, load_now()),
    )


def _cases(path: AnswerPath, shape: Shape) -> list[Case]:
    cited = Script(shape.tokens, first_ms=0.0, pace_ms=shape.pace_ms)
    plain = Script(shape.tokens, first_ms=0.0, pace_ms=shape.pace_ms, cited=False)
    cases = []
    for side, name in ((CAUSEWAY, "causeway"), (OTHER, "other variables")):
        if side in path.sides:
            cases += [
                Case(f"{name}, uncited, {shape.many} open", side, shape.many, shape.count, plain),
                Case(f"{name}, cited, {shape.many} open", side, shape.many, shape.count, cited),
                Case(f"{name}, uncited, {shape.few} open", side, shape.few, shape.few * 5, plain),
            ]
    if PEER in path.sides:
        cases.append(Case(f"litellm proxy, {shape.many} open", PEER, shape.many, shape.peer_count, plain))
    return cases


def _run(path: AnswerPath, case: Case) -> Cost:
    path.upstream.play(case.script)
    groups = path.sides[case.side].processes()
    meter = CpuMeter(groups)
    outcome = path.run(case.side, Concurrency(case.open, case.count))
    return _cost(outcome, meter.read(), groups)


def _cost(outcome: Outcome, cpu: Mapping[str, float], groups: Mapping[str, Sequence[int]]) -> Cost:
    answers = max(1, len(outcome.good))
    return Cost(
        cpu_ms={name: spent / answers for name, spent in cpu.items()},
        answers_per_second=len(outcome.good) / outcome.seconds,
        duration_ms=median([sample.total_ms for sample in outcome.good]),
        busy=sum(cpu.values()) / (outcome.seconds * 1000),
        pieces=median([sample.pieces for sample in outcome.good]),
        memory_mib={name: resident_mib(pids) for name, pids in groups.items()},
        errors=outcome.errors,
    )


def _core_ms(cost: Cost) -> float:
    return sum(ms for name, ms in cost.cpu_ms.items() if name != "others")


def _by_process(typical: Mapping[str, Cost], costs: Mapping[str, Sequence[Cost]]) -> Table:
    rows: list[list[Cell]] = []
    for name, cost in typical.items():
        shown: list[Cell] = [cost.cpu_ms.get(column, float("nan")) for column in _COLUMNS]
        rounds = " ".join(f"{one.total_ms:.1f}" for one in costs[name])
        rows.append([name, *shown, cost.total_ms, rounds])
    return Table("CPU of an answer, ms", ["", *_COLUMNS, "all", "all, each round"], rows)


def _beside(typical: Mapping[str, Cost]) -> Table:
    rows: list[list[Cell]] = []
    for name, cost in typical.items():
        memory = sum(cost.memory_mib.values())
        rows.append([name, cost.answers_per_second, cost.duration_ms, cost.busy, cost.pieces, memory])
    columns = ["", "answers/s", "median answer, ms", "cores used", "reads of the client", "memory, MiB"]
    return Table("Beside it", columns, rows)


def _remarks(costs: Mapping[str, Sequence[Cost]]) -> Iterable[str]:
    for name, found in costs.items():
        errors = tuple(dict.fromkeys(error for cost in found for error in cost.errors))
        if errors:
            yield f"{name}: {'; '.join(errors)}"
    yield (
        "uncited: the model's text cites nothing. cited: every sentence takes up a source's words and cites "
        "it, so that its support is computed. The proxy checks nothing, and retrieves nothing."
    )
    yield "others: supervisor, config, insights and the ingest worker, which have no part in an answer."
