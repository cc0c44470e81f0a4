"""What became of one server in a spike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.plan import Sample
from benchmarks.quantiles import quantile

NOT_SENT = "NOT_SENT"
"""How the error of a call begins that the caller kept back."""

_REJECTED = ("RESOURCE_EXHAUSTED", "CANCELLED", NOT_SENT, "HTTP 429", "HTTP 503")
"""How errors begin that turn a call away: by the service, by its gRPC, by the caller itself."""
_RECOVERED_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Shape:
    """How P5 is measured.

    Attributes:
        passages: Size of the index.
        embedded: Passages whose vectors are computed.
        times: The spike, in units of the capacity.
        before: Seconds of calm, at three tenths of the capacity.
        during: Seconds of the spike.
        after: Seconds of calm afterwards.
        patience: What a client waits, in seconds; an answer that comes later is of no use.
    """

    passages: int = 20_000
    embedded: int = 1_000
    times: float = 10.0
    before: float = 4.0
    during: float = 8.0
    after: float = 6.0
    patience: float = 0.5


@dataclass(frozen=True, slots=True)
class SpikeRun:
    """What became of one server.

    Attributes:
        name: Which one, and whose calls.
        capacity: Searches a second that the spike is measured by.
        samples: Every request of the spike run.
        dropped: Requests that the generator did not send.
        shape: How it was measured.
    """

    name: str
    capacity: float
    samples: tuple[Sample, ...]
    dropped: int
    shape: Shape

    def due(self, first: float, last: float) -> list[Sample]:
        """Requests that were due from a second on until before another."""
        return [sample for sample in self.samples if first <= sample.due_s < last]

    @property
    def spike(self) -> list[Sample]:
        """Requests that were due during the spike."""
        return self.due(self.shape.before, self.shape.before + self.shape.during)

    @property
    def goodput(self) -> float:
        """Useful answers a second during the spike."""
        return sum(not sample.error for sample in self.spike) / self.shape.during

    @property
    def in_full(self) -> float:
        """Useful answers a second during the spike that went without nothing."""
        return sum(not (sample.error or sample.reduced) for sample in self.spike) / self.shape.during

    @property
    def by_level(self) -> Mapping[int, int]:
        """Useful answers during the spike by the level of pressure under which they were made."""
        return Counter(sample.level for sample in self.spike if not sample.error)

    @property
    def recovery(self) -> float:
        """Seconds after the spike from which on nine of ten requests of each half second are answered."""
        end = self.shape.before + self.shape.during
        halves = round(self.shape.after * 2)
        bad = [
            half for half in range(halves) if not _answered(self.due(end + half / 2, end + half / 2 + 0.5))
        ]
        return (max(bad) + 1) / 2 if bad else 0.0

    @property
    def sent(self) -> float:
        """Calls a second during the spike that the service got to see."""
        return sum(not sample.error.startswith(NOT_SENT) for sample in self.spike) / self.shape.during

    @property
    def timeline(self) -> list[tuple[float, float]]:
        """Useful answers a second in each half second, by when they were due."""
        halves = round((self.shape.before + self.shape.during + self.shape.after) * 2)
        counts = [sum(not s.error for s in self.due(half / 2, half / 2 + 0.5)) for half in range(halves)]
        return [(half / 2, 2.0 * count) for half, count in enumerate(counts)]

    @property
    def lateness_ms(self) -> float:
        """By how much the generator itself was late during the spike, at its 99th percentile."""
        return quantile(sorted(sample.late_ms for sample in self.spike), 0.99)

    def total_ms(self, share: float, *, rejected: bool) -> float:
        """A quantile of the time of answers, or of rejections, during the spike."""
        shed = [s.total_ms for s in self.spike if s.error.startswith(_REJECTED)]
        return quantile(sorted(shed if rejected else (s.total_ms for s in self.spike if not s.error)), share)


def _answered(samples: Sequence[Sample]) -> bool:
    """Whether nine of ten were answered; where so little is asked that nothing was due, nothing is wrong."""
    good = sum(not sample.error for sample in samples)
    return good >= _RECOVERED_SHARE * len(samples)
