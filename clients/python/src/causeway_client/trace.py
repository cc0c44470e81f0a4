"""Passes the caller's trace on, where OpenTelemetry is installed."""

from __future__ import annotations

from collections.abc import Callable

Metadata = tuple[tuple[str, str], ...]


def _finder() -> Callable[[], Metadata]:
    try:
        from opentelemetry.propagate import inject
    except ImportError:
        return tuple

    def current() -> Metadata:
        carrier: dict[str, str] = {}
        inject(carrier)
        # The service reads W3C's two; what else a team propagates is its own affair.
        return tuple((key, carrier[key]) for key in ("traceparent", "tracestate") if key in carrier)

    return current


trace_metadata = _finder()
"""Returns the metadata of the current span; none without one, or without OpenTelemetry."""
