"""Says what became of the requests of some runs, so that no figure hides those that are missing from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.plan import Outcome

LATE_MS = 2.0
"""A request that leaves later than this after it was due is reported as late."""


def accounts(runs: Mapping[str, Sequence[Outcome]]) -> Iterator[str]:
    """Yields a line for each target: requests sent, dropped, late and failed, and why."""
    for name, outcomes in runs.items():
        samples = [sample for outcome in outcomes for sample in outcome.samples]
        dropped = sum(outcome.dropped for outcome in outcomes)
        late = sum(sample.late_ms > LATE_MS for sample in samples)
        failed = sum(bool(sample.error) for sample in samples)
        reasons = dict.fromkeys(error for outcome in outcomes for error in outcome.errors)
        why = f": {'; '.join(reasons)}" if reasons else ""
        yield (
            f"{name}: {len(samples)} sent, {dropped} dropped, {late} left over {LATE_MS:g} ms late, "
            f"{failed} failed{why}"
        )
