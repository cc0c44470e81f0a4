"""Builds the insights service and runs it."""

from __future__ import annotations

import asyncio
from functools import partial

from libs.common.clock import SystemClock
from libs.common.pb.insights.v1 import insights_pb2_grpc
from libs.common.process import run
from libs.common.rpc_server import RpcServer, ServerSpec
from libs.common.service_tokens import ServiceTokenVerifier
from libs.common.settings import environment, load_settings
from libs.common.telemetry import start_telemetry
from services.insights.feedback import FeedbackStore
from services.insights.server import FULL_NAME, POLICY, InsightsServicer
from services.insights.settings import SERVICE, Settings
from services.insights.stores import open_feedback_store


async def serve(stop: asyncio.Event) -> None:
    """Builds the service and serves until the event."""
    settings = load_settings(Settings, environment())
    flush = start_telemetry(SERVICE, settings, settings.metrics)
    clock = SystemClock()
    verifier = ServiceTokenVerifier(SERVICE, settings.trust_file, clock)
    feedback = open_feedback_store(settings, clock)
    try:
        await RpcServer(_spec(settings, feedback), verifier).serve_until(stop)
    finally:
        feedback.close()
        flush()


def _spec(settings: Settings, feedback: FeedbackStore) -> ServerSpec:
    return ServerSpec(
        full_name=FULL_NAME,
        address=settings.address,
        policy=POLICY,
        add_servicer=partial(insights_pb2_grpc.add_InsightsServicer_to_server, InsightsServicer(feedback)),
    )


def main() -> None:
    """Runs the process."""
    run(serve)


if __name__ == "__main__":
    main()
