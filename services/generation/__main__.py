"""Builds the generation service and runs it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial

import grpc

from libs.common.admission import Admission
from libs.common.call_throttle import CallThrottle
from libs.common.clock import Clock, SystemClock
from libs.common.conversation_rules import ConversationRules
from libs.common.errors import CausewayError, DependencyUnavailable, NotFound
from libs.common.garbage import settle
from libs.common.keys import load_signing_key
from libs.common.manifest import Link
from libs.common.manifest_watch import ManifestWatch
from libs.common.metrics import LIVE_ANSWERS
from libs.common.pb.config.v1 import config_pb2_grpc
from libs.common.pb.generation.v1 import generation_pb2_grpc
from libs.common.pb.insights.v1 import insights_pb2_grpc
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.process import run
from libs.common.rpc_client import CallSigner, Retried, open_channel
from libs.common.rpc_server import INTERNAL_STREAMS, RpcServer, ServerSpec
from libs.common.service_tokens import ServiceTokenSource, ServiceTokenVerifier
from libs.common.settings import environment, load_settings
from libs.common.telemetry import start_telemetry
from libs.embedding.embedder import Embedder
from libs.embedding.embedder_fastembed import FastembedEmbedder, open_embedder
from services.generation.alignment import Alignment
from services.generation.answer_limit import AnswerLimit
from services.generation.chat_litellm import LiteLlmChat, load_litellm
from services.generation.chat_model import ChatModel
from services.generation.chat_openai import OpenAiChat, open_session
from services.generation.conversations.parts import ConversationParts, conversation_parts
from services.generation.curated import CuratedAnswers
from services.generation.extractive import ExtractiveAnswerer
from services.generation.late_database import LateDatabase
from services.generation.live_answers import Limits, LiveAnswers
from services.generation.models import EnvironmentModel, ModelMakers, Models
from services.generation.record_outbox import Keeping, RecordOutbox
from services.generation.record_sender_grpc import GrpcRecordSender
from services.generation.searcher_grpc import GrpcSearcher
from services.generation.sentence_ranking import SentenceRanking
from services.generation.server import FULL_NAME, POLICY, GenerationServicer
from services.generation.settings import SERVICE, Settings
from services.generation.stores import open_generation_database
from services.generation.tools import Tools

SEARCHES = Retried("causeway.retrieval.v1.Retrieval", ("Search",))

AT_LEAST = 4
"""Answers that are computed at once in any case, so that one that waits for a slow part holds no other up."""

_DRAIN_SECONDS = 5.0
"""How long the last turns have to be stored, once every answer has ended."""
_LAST_WORDS_SECONDS = 1.0
"""What of the grace is kept for telling readers that their answer ends here."""
_LAST_RECORDS_SECONDS = 1.0
"""How long insights has to take the last records, of the seconds that a process has beyond its grace."""


async def serve(stop: asyncio.Event) -> None:
    """Builds the service and serves until the event."""
    settings = load_settings(Settings, environment())
    flush = start_telemetry(SERVICE, settings, settings.metrics)
    clock = SystemClock()
    verifier = ServiceTokenVerifier(SERVICE, settings.trust_file, clock)
    answers = LiveAnswers(clock, Limits(running=settings.max_answers))
    LIVE_ANSWERS.set_function(lambda: answers.running)
    async with AsyncExitStack() as stack:
        stack.callback(flush)
        config = await stack.enter_async_context(open_channel(settings.config_address))
        retrieval = await stack.enter_async_context(open_channel(settings.retrieval_address, SEARCHES))
        insights = await stack.enter_async_context(open_channel(settings.insights_address))
        session = await stack.enter_async_context(open_session())
        executor = stack.enter_context(ThreadPoolExecutor(settings.threads, "sentences"))
        embedder = await asyncio.to_thread(open_embedder, settings.models_folder)
        models = _models(settings, partial(OpenAiChat, session), embedder, executor)
        watch = _watch(settings, config, clock)
        searcher = _searcher(settings, retrieval, clock)
        database = await asyncio.to_thread(
            LateDatabase, partial(open_generation_database, settings, clock), clock
        )
        conversations = stack.enter_context(
            conversation_parts(database, models, embedder, partial(_rules, watch), clock)
        )
        records = _records(settings, insights, watch, clock)
        tools = Tools(
            searcher, models, embedder, executor, clock, settings.region, conversations.recollection, records,
            CuratedAnswers(embedder, executor, clock), partial(_handoff, watch),
        )  # fmt: skip
        servicer = GenerationServicer(
            answers, watch, tools, conversations.access,
            Admission("answers", _limit(settings), clock), clock, settings.answer_seconds,
        )  # fmt: skip
        await _warm(models, embedder)
        server = RpcServer(_spec(settings, servicer), verifier)
        await _run(server, _Beside(watch, answers, conversations, records), stop, settings.grace_seconds)


@dataclass(frozen=True, slots=True)
class _Beside:
    """What runs beside the server."""

    watch: ManifestWatch
    answers: LiveAnswers
    conversations: ConversationParts
    records: RecordOutbox


async def _run(server: RpcServer, beside: _Beside, stop: asyncio.Event, grace: float) -> None:
    await server.start()
    runs = (beside.watch.run, beside.answers.keep_tidy, beside.conversations.run, beside.records.run)
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(run()) for run in runs]
        ready = tasks.create_task(_report_ready(server, beside.watch))
        await stop.wait()
        await _wind_down(server, beside.answers, grace)
        await beside.conversations.writer.drain(_DRAIN_SECONDS)
        for task in (ready, *running):
            task.cancel()
    await beside.records.flush(_LAST_RECORDS_SECONDS)


async def _report_ready(server: RpcServer, watch: ManifestWatch) -> None:
    await watch.wait_ready()
    settle()
    await server.set_ready(True)


async def _wind_down(server: RpcServer, answers: LiveAnswers, grace: float) -> None:
    """Lets running answers end; those that do not in time end with an error that says to ask again."""
    stopping = asyncio.create_task(server.stop(grace))
    await asyncio.wait({stopping}, timeout=grace - _LAST_WORDS_SECONDS)
    await answers.close()
    await stopping


async def _warm(models: Models, embedder: Embedder) -> None:
    await asyncio.to_thread(embedder.embed_query, "warm")
    if models.needs_litellm:
        await asyncio.to_thread(load_litellm)


def _limit(settings: Settings) -> AnswerLimit:
    # Beyond the threads, some wait for retrieval.
    return AnswerLimit(max(AT_LEAST, settings.threads + 2))


def _models(
    settings: Settings,
    direct: Callable[[str, str, str], ChatModel],
    embedder: FastembedEmbedder,
    executor: ThreadPoolExecutor,
) -> Models:
    named = EnvironmentModel(settings.model, settings.model_base_url, settings.model_api_key)
    ranking = SentenceRanking(embedder)
    makers = ModelMakers(
        direct=direct,
        litellm=LiteLlmChat,
        extractive=partial(ExtractiveAnswerer, ranking, Alignment(embedder), executor),
    )
    return Models(named, makers)


def _watch(settings: Settings, channel: grpc.aio.Channel, clock: Clock) -> ManifestWatch:
    stub = config_pb2_grpc.ConfigStub(channel)  # type: ignore[no-untyped-call]
    return ManifestWatch(stub, _signer(settings, "config", clock), clock, settings.manifests_folder)


def _searcher(settings: Settings, channel: grpc.aio.Channel, clock: Clock) -> GrpcSearcher:
    stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
    signer = _signer(settings, "retrieval", clock, "act_for", "search")
    return GrpcSearcher(stub, signer, CallThrottle("retrieval", clock), clock, vectors=bool(settings.model))


def _records(
    settings: Settings, channel: grpc.aio.Channel, watch: ManifestWatch, clock: Clock
) -> RecordOutbox:
    stub = insights_pb2_grpc.InsightsStub(channel)  # type: ignore[no-untyped-call]
    signer = _signer(settings, "insights", clock, "act_for", "insights")
    return RecordOutbox(GrpcRecordSender(stub, signer), partial(_keeping, watch))


def _keeping(watch: ManifestWatch, tenant_id: str) -> Keeping:
    """Returns what a tenant lets be kept; nothing of one that is not known any more."""
    try:
        return watch.bundle(tenant_id).tenant.answer_records
    except (NotFound, DependencyUnavailable):
        return "none"


def _signer(settings: Settings, target: str, clock: Clock, *roles: str) -> CallSigner:
    key = load_signing_key(settings.signing_key_file)
    return CallSigner(ServiceTokenSource(key, SERVICE, target, frozenset(roles), clock))


def _rules(watch: ManifestWatch, tenant_id: str) -> ConversationRules:
    return watch.bundle(tenant_id).tenant.conversations


def _handoff(watch: ManifestWatch, tenant_id: str) -> Link | None:
    try:
        return watch.bundle(tenant_id).tenant.appearance.handoff
    except CausewayError:  # an answer with an older manifest goes on without the tenant's settings
        return None


def _spec(settings: Settings, servicer: GenerationServicer) -> ServerSpec:
    return ServerSpec(
        full_name=FULL_NAME,
        address=settings.address,
        policy=POLICY,
        add_servicer=partial(generation_pb2_grpc.add_GenerationServicer_to_server, servicer),
        concurrent_streams=INTERNAL_STREAMS,
    )


def main() -> None:
    """Runs the process."""
    run(serve)


if __name__ == "__main__":
    main()
