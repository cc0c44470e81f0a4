"""What every call carries besides its request: who calls, how urgently, and the caller's trace."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from causeway_client.metadata import call_metadata

SPAN = NonRecordingSpan(SpanContext(0xABC, 0xDEF, is_remote=False, trace_flags=TraceFlags(1)))


def test_a_call_names_its_token_and_its_urgency() -> None:
    assert call_metadata("t0k3n", "background") == (
        ("authorization", "Bearer t0k3n"),
        ("x-causeway-priority", "background"),
    )


def test_within_a_span_it_carries_the_trace() -> None:
    with trace.use_span(SPAN):
        carried = dict(call_metadata("t", "interactive"))

    assert carried["traceparent"] == f"00-{0xABC:032x}-{0xDEF:016x}-01"
