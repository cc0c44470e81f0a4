"""One Causeway under a spike of questions: what was asked of it, and what became of that."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.plan import Outcome, Spike
from benchmarks.quantiles import quantile
from benchmarks.script import Script
from benchmarks.spike_run import Shape as SearchShape
from benchmarks.spike_run import SpikeRun
from benchmarks.spike_sending import CALM_SHARE
from benchmarks.spike_service import CAP

OURS, FULL, CAPPED, OPEN = "causeway", "full", "cap", "open"
NAMES = {
    OURS: "Causeway",
    FULL: "Causeway, in full",
    CAPPED: f"`--limit-concurrency {CAP}`",
    OPEN: "unprotected",
}
MOST_OPEN = 900
"""Connections of the generator: select() knows 1,024 files."""
QUOTED = (OURS, FULL)
"""Those that are asked without a language model, too."""


@dataclass(frozen=True, slots=True)
class Shape(SearchShape):
    """How it is measured; an index of its own it does not need.

    Attributes:
        before: Seconds of calm, at three tenths of the capacity.
        during: Seconds of the spike.
        after: Seconds of calm afterwards.
        patience: What a reader waits for the first token, in seconds, before leaving.
        script: What the language model does.
    """

    before: float = 3.0
    during: float = 6.0
    after: float = 5.0
    patience: float = 2.5
    script: Script = Script(tokens=40, first_ms=50, pace_ms=5)

    @property
    def seconds(self) -> float:
        """How long all of it lasts."""
        return self.before + self.during + self.after

    def load(self, capacity: float) -> Spike:
        """The load for a Causeway of some capacity, in answers a second."""
        calm = capacity * CALM_SHARE
        return Spike(calm, capacity * self.times, self.before, self.during, self.after, MOST_OPEN)


@dataclass(frozen=True, slots=True)
class EdgeRun:
    """What became of one Causeway.

    Attributes:
        spike: Of the tenant that floods it.
        quiet: Of the one that does not.
    """

    spike: SpikeRun
    quiet: Outcome

    @property
    def quiet_share(self) -> float:
        """Share of the quiet tenant's questions during the spike that were answered in time."""
        shape = self.spike.shape
        asked = [s for s in self.quiet.samples if shape.before <= s.due_s < shape.before + shape.during]
        return sum(not sample.error for sample in asked) / max(1, len(asked))

    def first_ms(self, share: float) -> float:
        """A quantile of the time to the first token of answers that were due during the spike."""
        return quantile(sorted(sample.first_ms for sample in self.spike.spike if not sample.error), share)
