"""Builds the generation service and runs it."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial

import aiohttp

from libs.common.clock import SystemClock
from libs.common.keys import load_signing_key
from libs.common.logs import configure_logs
from libs.common.manifest_watch import ManifestWatch
from libs.common.pb.config.v1 import config_pb2_grpc
from libs.common.pb.generation.v1 import generation_pb2_grpc
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.process import run
from libs.common.rpc_client import CallSigner, open_channel
from libs.common.rpc_server import GRACE_SECONDS, INTERNAL_STREAMS, RpcServer, ServerSpec
from libs.common.service_tokens import ServiceTokenSource, ServiceTokenVerifier
from libs.common.settings import environment, load_settings
from libs.embedding.embedder import Embedder
from libs.embedding.embedder_fastembed import open_embedder
from services.generation.answer import Tools
from services.generation.chat_litellm import LiteLlmChat, load_litellm
from services.generation.chat_openai import OpenAiChat, open_session
from services.generation.extractive import ExtractiveAnswerer
from services.generation.live_answers import Limits, LiveAnswers
from services.generation.models import EnvironmentModel, ModelMakers, Models, goes_direct
from services.generation.searcher_grpc import GrpcSearcher
from services.generation.sentence_ranking import SentenceRanking
from services.generation.server import FULL_NAME, POLICY, GenerationServicer
from services.generation.settings import SERVICE, Settings

_LAST_WORDS_SECONDS = 1.0
"""What of the grace is kept for telling readers that their answer ends here."""


async def serve(stop: asyncio.Event) -> None:
    """Builds the service and serves until the event."""
    settings = load_settings(Settings, environment())
    configure_logs(SERVICE, settings.log_level)
    clock = SystemClock()
    verifier = ServiceTokenVerifier(SERVICE, settings.trust_file, clock)
    signers = _Signers(settings, clock)
    answers = LiveAnswers(clock, Limits(running=settings.max_answers))
    async with _opened(settings) as opened:
        watch = ManifestWatch(
            config_pb2_grpc.ConfigStub(opened.config),  # type: ignore[no-untyped-call]
            signers.config,
            clock,
            settings.folder / "manifests",
        )
        searcher = GrpcSearcher(
            retrieval_pb2_grpc.RetrievalStub(opened.retrieval),  # type: ignore[no-untyped-call]
            signers.retrieval,
        )
        models = _models(settings, opened)
        tools = Tools(searcher, models, opened.embedder, opened.executor, clock, settings.region)
        servicer = GenerationServicer(answers, watch, tools, clock, settings.answer_seconds)
        server = RpcServer(_spec(settings, servicer), verifier)
        await _run(server, watch, answers, _warm(settings, opened), stop)


class _Signers:
    def __init__(self, settings: Settings, clock: SystemClock) -> None:
        key = load_signing_key(settings.keys_folder / f"{SERVICE}.key.pem")
        roles = frozenset({"act_for", "search"})
        self.retrieval = CallSigner(ServiceTokenSource(key, SERVICE, "retrieval", roles, clock))
        self.config = CallSigner(ServiceTokenSource(key, SERVICE, "config", frozenset(), clock))
