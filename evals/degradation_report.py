"""What each degradation of a search costs, as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.conditions import Conditions
from benchmarks.plan import Outcome
from benchmarks.quantiles import Quantiles
from evals.ranking_figures import RankingFigures
from evals.report import table


@dataclass(frozen=True, slots=True)
class SetQuality:
    """A set's figures under one degradation.

    Attributes:
        ranking: How good the rankings are.
        degradations: How many responses named what.
    """

    ranking: RankingFigures
    degradations: Mapping[str, int]


@dataclass(slots=True)
class DegradationFigures:
    """What was measured under one degradation.

    Attributes:
        name: What the search goes without.
        compared: Name of the case that it is compared with; empty where it is compared with none.
        quality: By set.
        outcomes: Searches at a fixed rate, round by round.
        cpu_ms: CPU of the service over all rounds.
    """

    name: str
    compared: str = ""
    quality: dict[str, SetQuality] = field(default_factory=dict)
    outcomes: list[Outcome] = field(default_factory=list)
    cpu_ms: float = 0.0

    @property
    def latency(self) -> Quantiles:
        """Milliseconds from when a search was due to its answer."""
        return Quantiles.of([sample.total_ms for outcome in self.outcomes for sample in outcome.good])

    @property
    def failed(self) -> int:
        """Searches that were not answered."""
        return sum(len(o.samples) - len(o.good) + o.dropped for o in self.outcomes)


def report(found: Sequence[DegradationFigures], conditions: Conditions, timed: str) -> str:
    """The table with the conditions that it was measured under.

    Args:
        found: The cases.
        conditions: The machine.
        timed: The set over which times were measured.
    """
    sets = list(found[0].quality)
    counts = ", ".join(f"{found[0].quality[name].ranking.questions:,} of {name}" for name in sets)
    header = ("search", *(f"{name}: nDCG@10" for name in sets), *(f"{name}: recall@10" for name in sets))
    timed_columns = ("p50, ms", "p95, ms", "CPU, ms", "in `degradations`")
    whole = {one.name: one for one in found}
    rows = [[*_quality(one, whole.get(one.compared, one)), *_cost(one)] for one in found]
    machine = (
        f"{conditions.date}, commit {conditions.commit}, {conditions.cores} × {conditions.processor}, "
        f"load {conditions.load:.2f} before; {conditions.affinity}."
    )
    how = (
        f"Quality: ten passages asked for; questions: {counts}; in brackets, the difference from level 0. "
        f"Times: over {timed}, the profile's own k, every query new, open loop; CPU of the service a search."
    )
    failed = [f"{one.name}: {one.failed} searches failed." for one in found if one.failed]
    figures = table((*header, *timed_columns), rows)
    return "\n\n".join(["# What each degradation costs", machine, how, figures, *failed])


def _quality(one: DegradationFigures, whole: DegradationFigures) -> list[str]:
    cells = [one.name]
    for figure in ("ndcg10", "recall10"):
        for name, quality in one.quality.items():
            value = getattr(quality.ranking, figure)
            change = value - getattr(whole.quality[name].ranking, figure)
            cells.append(f"{value:.3f}" if one is whole else f"{value:.3f} ({change:+.3f})")
    return cells


def _cost(one: DegradationFigures) -> list[str]:
    latency = one.latency
    named = sorted({step for quality in one.quality.values() for step in quality.degradations})
    return [
        f"{latency.p50:.1f}",
        f"{latency.p95:.1f}",
        f"{one.cpu_ms / max(1, latency.count):.1f}",
        ", ".join(f"`{step}`" for step in named) or "–",
    ]
