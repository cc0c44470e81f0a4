"""Traces: W3C context in and out of every call, spans for every stage, OTLP when an endpoint is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from opentelemetry import context as otel_context
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import Span, SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

Attribute = str | int | float | bool

_PROPAGATOR = TraceContextTextMapPropagator()
_TRACER = "causeway"
_exporting: list[TracerProvider] = []
"""What spans go to; the library would look for it anew with every span, in the environment too."""
_LONGEST_CARRIER = 512
"""Characters; the library warns of longer ones, and a stranger could fill the log with that."""


def configure_tracing(service: str, environment: str, region: str, endpoint: str) -> Callable[[], None]:
    """Exports spans to an OTLP endpoint over HTTP; without one nothing is recorded.

    Args:
        service: Name of the process.
        environment: dev, staging or production.
        region: Where it runs.
        endpoint: Base address of the collector, e.g. `http://collector:4318`; may be empty.

    Returns:
        What to call before the process ends, so that the last spans leave.
    """
    if not endpoint:
        return lambda: None
    # Imported here: processes that export nothing need not pay for it.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    resource = Resource.create(
        {
            "service.name": f"causeway-{service}",
            "deployment.environment.name": environment,
            "cloud.region": region,
        }
    )
    # By default a page that says "not sampled" would decide for the whole path behind it.
    provider = TracerProvider(resource=resource, sampler=ALWAYS_ON)
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=1000))
    trace.set_tracer_provider(provider)
    _exporting.append(provider)
    return provider.shutdown


@contextmanager
def span(
    name: str,
    attributes: Mapping[str, Attribute] | None = None,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: Mapping[str, str] | None = None,
) -> Iterator[Span]:
    """Runs a block as a span.

    Args:
        name: What is done, with few distinct values.
        attributes: Facts; never question or answer text, never a secret.
        kind: Its place in a call.
        parent: Carrier of a remote parent (`traceparent`); by default the current span is the parent.
    """
    token = otel_context.attach(_remote(parent)) if parent else None
    try:
        if not records():
            yield trace.get_current_span()  # a search has ten stages; each span would cost 20 µs for nothing
            return
        tracer = trace.get_tracer(_TRACER)
        with tracer.start_as_current_span(
            name,
            kind=kind,
            attributes=dict(attributes or {}),
            record_exception=False,
            set_status_on_exception=False,
        ) as current:
            try:
                yield current
            except Exception as error:
                # The class alone: an exception's text may hold what a visitor wrote.
                current.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise
    finally:
        if token is not None:
            otel_context.detach(token)


def records() -> bool:
    """Whether this process exports spans."""
    return bool(_exporting)


def _remote(parent: Mapping[str, str]) -> otel_context.Context:
    return _PROPAGATOR.extract({k: v for k, v in parent.items() if len(v) <= _LONGEST_CARRIER})


def trace_metadata() -> tuple[tuple[str, str], ...]:
    """Metadata that carries the current span to the next service; empty without one."""
    carrier: dict[str, str] = {}
    _PROPAGATOR.inject(carrier)
    return tuple(carrier.items())


def current_trace_id() -> str:
    """The current trace's id, hexadecimal; empty without one."""
    found = trace.get_current_span().get_span_context()
    return format(found.trace_id, "032x") if found.is_valid else ""
