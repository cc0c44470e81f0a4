"""The caller's trace goes on, where there is one and OpenTelemetry is installed."""

from __future__ import annotations

import builtins
from typing import Any

import pytest
from opentelemetry import baggage, context, trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, TraceState

from causeway_client.trace import _finder, trace_metadata

STATE = TraceState([("vendor", "x")])
SPAN = NonRecordingSpan(SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1), trace_state=STATE))


def test_without_a_span_there_is_nothing_to_carry() -> None:
    assert trace_metadata() == ()


def test_only_the_trace_is_carried_not_what_else_a_team_propagates() -> None:
    token = context.attach(baggage.set_baggage("secret", "42"))
    with trace.use_span(SPAN):
        names = [name for name, _ in trace_metadata()]
    context.detach(token)

    assert names == ["traceparent", "tracestate"]


def test_without_opentelemetry_calls_go_on_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def absent(name: str, *given: Any, **named: Any) -> Any:
        if name.startswith("opentelemetry"):
            raise ImportError(name)
        return real(name, *given, **named)

    monkeypatch.setattr(builtins, "__import__", absent)
    with trace.use_span(SPAN):
        assert _finder()() == ()
