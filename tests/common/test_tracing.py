"""Traces, as a collector receives them."""

from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span

from libs.common.tracing import configure_tracing, current_trace_id, span, trace_metadata

ROOT = Path(__file__).parents[2]
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Collector(HTTPServer):
    """A real OTLP receiver over HTTP."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.received: list[ResourceSpans] = []

    def spans(self) -> dict[str, Span]:
        return {s.name: s for r in self.received for scope in r.scope_spans for s in scope.spans}


class _Receiver(BaseHTTPRequestHandler):
    server: Collector

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        assert self.path == "/v1/traces"
        self.server.received += ExportTraceServiceRequest.FromString(body).resource_spans
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stays quiet."""


@contextmanager
def collecting() -> Iterator[Collector]:
    with Collector() as collector:
        thread = threading.Thread(target=collector.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield collector
        collector.shutdown()
        thread.join()


def traced(body: str) -> Collector:
    """Runs a program that traces to a collector: the provider is the process's."""
    with collecting() as collector:
        endpoint = f"http://127.0.0.1:{collector.server_address[1]}/"
        program = f"""
from libs.common.tracing import configure_tracing, current_trace_id, span, trace_metadata
end = configure_tracing("probe", "dev", "local", {endpoint!r})
{body}
end()
"""
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, timeout=60)
    return collector


def test_without_an_endpoint_nothing_is_recorded() -> None:
    end = configure_tracing("probe", "dev", "local", "")
    with span("search"):
        assert current_trace_id() == ""
        assert trace_metadata() == ()
    end()


def test_an_error_passes_through_a_span() -> None:
    with pytest.raises(KeyError), span("search"):
        raise KeyError


def test_a_trace_goes_on_from_a_remote_parent_through_nested_spans_to_the_next_service() -> None:
    collector = traced(
        f"""
with span("search", {{"k": 8}}, parent={{"traceparent": {PARENT!r}}}):
    assert current_trace_id() == {PARENT.split("-")[1]!r}
    with span("embed"):
        [(name, value)] = trace_metadata()
        assert name == "traceparent" and {PARENT.split("-")[1]!r} in value
assert current_trace_id() == ""
"""
    )
    spans = collector.spans()
    assert {s.trace_id.hex() for s in spans.values()} == {PARENT.split("-")[1]}
    assert spans["search"].parent_span_id.hex() == PARENT.split("-")[2]
    assert spans["embed"].parent_span_id == spans["search"].span_id
    assert spans["search"].attributes[0].key == "k"
    attributes = {a.key: a.value.string_value for a in collector.received[0].resource.attributes}
    assert attributes["service.name"] == "causeway-probe"
    assert attributes["cloud.region"] == "local"


def test_a_failure_is_marked_with_its_class_and_never_its_text() -> None:
    collector = traced(
        """
try:
    with span("search"):
        raise ValueError("the visitor's words")
except ValueError:
    pass
"""
    )
    failed = collector.spans()["search"]
    assert failed.status.message == "ValueError"
    assert not failed.events
    assert b"visitor" not in failed.SerializeToString()


@pytest.mark.parametrize("traceparent", ["", "nonsense", "00-0-0-0", "ff-" + "0" * 32, "0" * 10_000])
def test_a_parent_that_is_none_begins_a_trace_of_its_own(traceparent: str) -> None:
    with span("search", parent={"traceparent": traceparent}):
        assert current_trace_id() == ""


def test_a_page_cannot_hide_its_requests_from_the_traces() -> None:
    hidden = PARENT.removesuffix("01") + "00"
    collector = traced(
        f"""
with span("search", parent={{"traceparent": {hidden!r}}}):
    pass
"""
    )
    assert collector.spans()["search"].trace_id.hex() == PARENT.split("-")[1]


def test_a_parent_that_is_too_long_is_passed_over_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    with span("search", parent={"traceparent": PARENT + "-" + "0" * 1000, "tracestate": "a=" + "b" * 1000}):
        pass

    assert caplog.records == []
