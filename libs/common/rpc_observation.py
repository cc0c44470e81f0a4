"""Watches one gRPC call from the server's side: its span, its duration, its outcome."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from opentelemetry.trace import SpanKind

from libs.common.metrics import ERRORS, RPC_SECONDS
from libs.common.tracing import span

TRACE_KEYS = ("traceparent", "tracestate")


@dataclass(slots=True)
class Observation:
    """What is known of a call when it ends.

    Attributes:
        code: Name of its gRPC status.
    """

    code: str = "OK"

    def failed(self, code: str, channel: str, kind: str) -> None:
        """Notes the error that the caller is told."""
        self.code = code
        ERRORS.labels(channel, kind).inc()


@contextmanager
def observed_call(method: str, metadata: Mapping[str, str]) -> Iterator[Observation]:
    """Runs a call as a span below the caller's, and measures it.

    Args:
        method: Short name of the method.
        metadata: The call's metadata, with the caller's trace context in it.
    """
    observation = Observation()
    started = time.perf_counter()
    parent = {key: metadata[key] for key in TRACE_KEYS if key in metadata}
    attributes = {"rpc.system.name": "grpc", "rpc.method": method}
    with span(f"rpc {method}", attributes, kind=SpanKind.SERVER, parent=parent) as current:
        try:
            yield observation
        except (asyncio.CancelledError, GeneratorExit):
            observation.code = "CANCELLED"
            raise
        finally:
            current.set_attribute("rpc.response.status_code", observation.code)
            RPC_SECONDS.labels(method, observation.code).observe(time.perf_counter() - started)
