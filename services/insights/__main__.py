"""Builds the insights service and runs it."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, closing, suppress
from functools import partial

from libs.common.clock import SystemClock
from libs.common.pb.insights.v1 import insights_pb2_grpc
from libs.common.process import run
from libs.common.rpc_server import RpcServer, ServerSpec
from libs.common.service_tokens import ServiceTokenVerifier
from libs.common.settings import environment, load_settings
from libs.common.telemetry import start_telemetry
from services.insights.answer_methods import AnswerMethods
from services.insights.retention import Retention
from services.insights.server import FULL_NAME, POLICY, InsightsServicer
from services.insights.settings import SERVICE, Settings
from services.insights.stores import open_answer_store, open_feedback_store
from services.insights.write_queue import WriteQueue

_WRITERS = 2


async def serve(stop: asyncio.Event) -> None:
    """Builds the service and serves until the event."""
    settings = load_settings(Settings, environment())
    with ExitStack() as stack:
        stack.callback(start_telemetry(SERVICE, settings, settings.metrics))
        clock = SystemClock()
        verifier = ServiceTokenVerifier(SERVICE, settings.trust_file, clock)
        feedback = stack.enter_context(closing(open_feedback_store(settings, clock)))
        answers = stack.enter_context(closing(open_answer_store(settings, clock)))
        queue = stack.enter_context(closing(WriteQueue("answer-writer", threads=_WRITERS)))
        servicer = InsightsServicer(feedback, AnswerMethods(answers, queue))
        retention = Retention(answers, queue, clock, settings.answer_days)
        await _run(RpcServer(_spec(settings, servicer), verifier), retention, stop)


async def _run(server: RpcServer, retention: Retention, stop: asyncio.Event) -> None:
    sweeping = asyncio.create_task(retention.run())
    # One that keeps records for longer than it may is stopped, and started again by who watches it.
    sweeping.add_done_callback(lambda _: stop.set())
    try:
        await server.serve_until(stop)
    finally:
        sweeping.cancel()
        with suppress(asyncio.CancelledError):
            await sweeping


def _spec(settings: Settings, servicer: InsightsServicer) -> ServerSpec:
    return ServerSpec(
        full_name=FULL_NAME,
        address=settings.address,
        policy=POLICY,
        add_servicer=partial(insights_pb2_grpc.add_InsightsServicer_to_server, servicer),
    )


def main() -> None:
    """Runs the process."""
    run(serve)


if __name__ == "__main__":
    main()
