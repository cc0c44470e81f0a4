"""When a source is read next, and when it is late."""

from __future__ import annotations

from cli.source_state import SourceState
from libs.common.manifest import content_id
from libs.common.source import DeclaredSource

LATE_INTERVALS = 2.0
"""A source is late when its last success lies so many intervals back."""
GRACE_SECONDS = 60.0
"""And so long on top: reading takes time, too."""
FIRST_RETRY_SECONDS = 60.0


def next_due(source: DeclaredSource, state: SourceState) -> float:
    """When a source is to be read next, seconds since the epoch; 0 for at once.

    One that is declared anew, or in another way, is read at once. One that failed is tried again after a
    pause that doubles up to its interval.
    """
    if not state.attempted_at or state.declaration != declaration_of(source):
        return 0.0
    pause = float(source.interval_seconds)
    if state.outcome in ("failed", "partly"):
        pause = min(pause, FIRST_RETRY_SECONDS * 2 ** min(max(state.failures - 1, 0), 20))
    return state.attempted_at + pause


def declaration_of(source: DeclaredSource) -> str:
    """A hash of how a source is declared."""
    return content_id(source.model_dump_json().encode())


def is_late(source: DeclaredSource, state: SourceState, now: float) -> bool:
    """Whether a source should have been read by now, and was not."""
    since = state.succeeded_at or state.known_since or now
    return now - since > LATE_INTERVALS * source.interval_seconds + GRACE_SECONDS
