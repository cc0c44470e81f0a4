"""A generation server on a free port, over scripted passages and models."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

import grpc

from libs.common.adaptive_limit import AdaptiveLimit
from libs.common.admission import Admission
from libs.common.caller import Caller
from libs.common.clock import SystemClock
from libs.common.conversation_rules import ConversationRules
from libs.common.database import Database
from libs.common.database_sqlite import SqliteDatabase
from libs.common.errors import NotFound
from libs.common.manifest import Manifest
from libs.common.pb.generation.v1 import generation_pb2 as pb
from libs.common.pb.generation.v1 import generation_pb2_grpc
from libs.common.rpc_client import CallSigner, open_channel
from libs.common.rpc_server import INTERNAL_STREAMS, RpcServer, ServerSpec
from services.generation.alignment import Alignment
from services.generation.chat_model import ChatModel
from services.generation.conversations.parts import ConversationParts, conversation_parts
from services.generation.extractive import ExtractiveAnswerer
from services.generation.live_answers import Limits, LiveAnswers
from services.generation.models import EnvironmentModel, ModelMakers, Models
from services.generation.sentence_ranking import SentenceRanking
from services.generation.server import FULL_NAME, POLICY, GenerationServicer
from services.generation.stores import MIGRATIONS
from services.generation.tools import Tools
from tests.common.keyring import Keyring
from tests.fakes.fake_embedder import FakeEmbedder
from tests.fakes.scripted_searcher import ScriptedSearcher
from tests.generation.examples import ANA, TEA, passage

HASH = "0" * 64
PATIENCE = 20.0


class SomeManifests:
    """Knows the manifests that a test puts in."""

    def __init__(self) -> None:
        self.by_id: dict[str, Manifest] = {}
        self.rules = ConversationRules()

    async def manifest(self, tenant_id: str, manifest_id: str) -> Manifest:
        found = self.by_id.get(manifest_id)
        if found is None or found.tenant_id != tenant_id:
            raise NotFound("There is no such manifest.")
        return found


@dataclass
class Running:
    """A server that runs.

    Attributes:
        stub: Calls it.
        signer: Signs calls for visitors.
        searcher: What it finds passages with.
        manifests: What it knows.
        answers: The answers that it makes.
        models: By name, what its environment and chains may use.
        port: Where it listens.
        conversations: What keeps and knows conversations.
        admission: Says when an answer may begin.
    """

    stub: generation_pb2_grpc.GenerationStub
    signer: CallSigner
    searcher: ScriptedSearcher
    manifests: SomeManifests
    answers: LiveAnswers
    models: dict[str, ChatModel]
    port: int
    conversations: ConversationParts
    admission: Admission

    def request(
        self, query: str = "a", text: str = "When is tea served?", **changes: object
    ) -> pb.AnswerRequest:
        """A valid request about the newest manifest."""
        values: dict[str, object] = {
            "query_id": "q_" + query.ljust(24, "0"),
            "body_hash": HASH,
            "question": text,
            "manifest_id": next(reversed(self.manifests.by_id)),
            "variant": "stable",
        }
        return pb.AnswerRequest(**(values | changes))  # type: ignore[arg-type]

    def ask(
        self, request: pb.AnswerRequest, caller: Caller = ANA, seconds: float = PATIENCE
    ) -> grpc.aio.UnaryStreamCall[pb.AnswerRequest, pb.AnswerResponse]:
        """Begins a stream."""
        call = self.stub.Answer(request, metadata=self.signer.metadata(caller), timeout=seconds)
        return cast("grpc.aio.UnaryStreamCall[pb.AnswerRequest, pb.AnswerResponse]", call)

    async def answer(self, request: pb.AnswerRequest, caller: Caller = ANA) -> list[pb.AnswerEvent]:
        """Every event of an answer."""
        return [event async for response in self.ask(request, caller) for event in response.events]

    async def resume(self, query_id: str, after: int, caller: Caller = ANA) -> list[pb.AnswerEvent]:
        """Every event after one."""
        call = self.stub.ResumeAnswer(
            pb.ResumeAnswerRequest(query_id=query_id, after_seq=after),
            metadata=self.signer.metadata(caller),
            timeout=PATIENCE,
        )
        return [event async for response in call for event in response.events]

    async def stop(self, query_id: str, caller: Caller = ANA) -> None:
        """Stops an answer."""
        await self.stub.StopAnswer(
            pb.StopAnswerRequest(query_id=query_id), metadata=self.signer.metadata(caller), timeout=PATIENCE
        )


@asynccontextmanager
async def running_server(
    folder: Path,
    manifest: Manifest,
    limits: Limits | None = None,
    database: Database | None = None,
    limit: AdaptiveLimit | None = None,
) -> AsyncIterator[Running]:
    """Runs a server; its chains find their models in `models`, by name."""
    clock, keyring = SystemClock(), Keyring(folder, SystemClock())
    keyring.add("edge_gateway", ["act_for"])
    searcher, manifests = ScriptedSearcher(passage(TEA)), SomeManifests()
    manifests.by_id[manifest.manifest_id] = manifest
    answers = LiveAnswers(clock, limits or Limits())
    by_name: dict[str, ChatModel] = {}
    with ThreadPoolExecutor(1) as executor, ExitStack() as stack:
        embedder = FakeEmbedder()
        makers = ModelMakers(
            direct=lambda name, base_url, key: by_name[name],
            litellm=lambda name, base_url, key: by_name[name],
            extractive=partial(ExtractiveAnswerer, SentenceRanking(embedder), Alignment(embedder), executor),
        )
        models = Models(EnvironmentModel(), makers)
        if database is None:
            database = SqliteDatabase(folder / "generation.sqlite3", MIGRATIONS, "The conversations")
        conversations = stack.enter_context(
            conversation_parts(database, models, embedder, lambda _: manifests.rules, clock)
        )
        working = asyncio.create_task(conversations.run())
        tools = Tools(searcher, models, embedder, executor, clock, "test", conversations.recollection)
        admission = Admission("answers", limit or AdaptiveLimit(least=4), clock)
        servicer = GenerationServicer(answers, manifests, tools, conversations.access, admission, clock, 60.0)
        add = partial(generation_pb2_grpc.add_GenerationServicer_to_server, servicer)
        spec = ServerSpec(FULL_NAME, "127.0.0.1:0", POLICY, add, INTERNAL_STREAMS)
        server = RpcServer(spec, keyring.verifier("generation"))
        port = await server.start()
        signer = keyring.signer("edge_gateway", "generation", ["act_for"])
        try:
            async with open_channel(f"127.0.0.1:{port}") as channel:
                stub = generation_pb2_grpc.GenerationStub(channel)  # type: ignore[no-untyped-call]
                yield Running(
                    stub, signer, searcher, manifests, answers, by_name, port, conversations, admission
                )
        finally:
            await answers.close()
            await server.stop(0)
            await conversations.writer.drain(10)
            working.cancel()
            await asyncio.wait([working])


def names(events: Sequence[pb.AnswerEvent]) -> list[str]:
    """What the events are, in order."""
    return [str(event.WhichOneof("event")) for event in events]


def text_of(events: Sequence[pb.AnswerEvent]) -> str:
    """The answer's text."""
    return "".join(event.delta.text for event in events if event.WhichOneof("event") == "delta")


async def settled() -> None:
    """Lets everything that is due happen."""
    for _ in range(5):
        await asyncio.sleep(0)
