"""The core as the edge meets it over gRPC: real servers, real identity, scripted answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from libs.common.caller import Caller, current_caller
from libs.common.errors import CausewayError
from libs.common.keys import SigningKey, create_signing_key, encode_public
from libs.common.manifest_watch import Bundle
from libs.common.pb.config.v1 import config_pb2, config_pb2_grpc
from libs.common.pb.generation.v1 import generation_pb2, generation_pb2_grpc
from libs.common.pb.insights.v1 import insights_pb2, insights_pb2_grpc
from libs.common.pb.retrieval.v1 import retrieval_pb2, retrieval_pb2_grpc
from libs.common.rpc_policy import MethodPolicy
from libs.common.rpc_server import RpcServer, ServerSpec
from libs.common.service_tokens import ServiceTokenVerifier
from tests.fakes.fake_clock import FakeClock

Step = list[generation_pb2.AnswerEvent] | CausewayError | asyncio.Event


def trust(folder: Path) -> SigningKey:
    """Makes the edge's key and the trust file of the core."""
    key = create_signing_key(folder / "edge_gateway.key.pem")
    entry = {
        "kid": key.kid,
        "service": "edge_gateway",
        "public_key": encode_public(key.public),
        "roles": ["act_for", "search", "insights"],
    }
    (folder / "trust.json").write_text(json.dumps({"keys": [entry]}))
    return key


class FakeGeneration(generation_pb2_grpc.GenerationServicer):
    """Plays a script."""

    def __init__(self) -> None:
        self.script: list[Step] = []
        self.reply: Any = None
        self.requests: list[Any] = []
        self.callers: list[Caller] = []
        self.metadata: list[dict[str, str]] = []
        self.time_remaining: float | None = None
        self.cancelled = asyncio.Event()

    async def Answer(self, request: Any, context: Any) -> AsyncIterator[generation_pb2.AnswerResponse]:  # noqa: N802
        async for events in self._play(request, context):
            yield generation_pb2.AnswerResponse(events=events)

    async def ResumeAnswer(  # noqa: N802
        self, request: Any, context: Any
    ) -> AsyncIterator[generation_pb2.ResumeAnswerResponse]:
        async for events in self._play(request, context):
            yield generation_pb2.ResumeAnswerResponse(events=events)

    async def StopAnswer(self, request: Any, context: Any) -> generation_pb2.StopAnswerResponse:  # noqa: N802
        self._note(request, context)
        for step in self.script:
            if isinstance(step, CausewayError):
                raise step
        return generation_pb2.StopAnswerResponse()

    async def ListConversations(self, request: Any, context: Any) -> Any:  # noqa: N802
        return await self._reply(request, context)

    async def GetConversation(self, request: Any, context: Any) -> Any:  # noqa: N802
        return await self._reply(request, context)

    async def DeleteConversation(self, request: Any, context: Any) -> Any:  # noqa: N802
        return await self._reply(request, context)

    async def _reply(self, request: Any, context: Any) -> Any:
        self._note(request, context)
        if isinstance(self.reply, CausewayError):
            raise self.reply
        return self.reply

    def _note(self, request: Any, context: Any) -> None:
        self.requests.append(request)
        self.callers.append(current_caller())
        self.metadata.append(dict(context.invocation_metadata()))
        self.time_remaining = context.time_remaining()

    async def _play(self, request: Any, context: Any) -> AsyncIterator[list[generation_pb2.AnswerEvent]]:
        self._note(request, context)
        try:
            for step in self.script:
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, CausewayError):
                    raise step
                else:
                    yield step
        except asyncio.CancelledError:
            self.cancelled.set()
            raise


class FakeRetrieval(retrieval_pb2_grpc.RetrievalServicer):
    """Holds passages, and the answer to every search."""

    def __init__(self) -> None:
        self.passages: dict[str, retrieval_pb2.Passage] = {}
        self.found = retrieval_pb2.SearchResponse()
        self.searches: list[retrieval_pb2.SearchRequest] = []
        self.callers: list[Caller] = []

    async def GetPassages(self, request: Any, context: Any) -> retrieval_pb2.GetPassagesResponse:  # noqa: N802
        self.callers.append(current_caller())
        found = [self.passages[name] for name in request.passage_ids if name in self.passages]
        return retrieval_pb2.GetPassagesResponse(passages=found)

    async def Search(self, request: Any, context: Any) -> retrieval_pb2.SearchResponse:  # noqa: N802
        self.callers.append(current_caller())
        self.searches.append(request)
        return self.found


class FakeInsights(insights_pb2_grpc.InsightsServicer):
    """Holds votes."""

    def __init__(self) -> None:
        self.votes: list[insights_pb2.RecordFeedbackRequest] = []
        self.callers: list[Caller] = []
        self.step: CausewayError | asyncio.Event | None = None

    async def RecordFeedback(self, request: Any, context: Any) -> insights_pb2.RecordFeedbackResponse:  # noqa: N802
        if isinstance(self.step, asyncio.Event):
            await self.step.wait()
        elif self.step is not None:
            raise self.step
        self.votes.append(request)
        self.callers.append(current_caller())
        return insights_pb2.RecordFeedbackResponse()


class FakeConfig(config_pb2_grpc.ConfigServicer):
    """Serves some bundles and stays connected."""

    def __init__(self, *bundles: Bundle) -> None:
        self.bundles = bundles

    async def WatchManifest(  # noqa: N802
        self, request: Any, context: Any
    ) -> AsyncIterator[config_pb2.WatchManifestResponse]:
        for bundle in self.bundles:
            yield config_pb2.WatchManifestResponse(bundle=bundle_message(bundle))
        yield config_pb2.WatchManifestResponse(synced=True)
        await asyncio.Event().wait()


def bundle_message(bundle: Bundle) -> config_pb2.ManifestBundle:
    """A bundle as config sends it."""
    return config_pb2.ManifestBundle(
        tenant_id=bundle.tenant.tenant_id,
        environment=bundle.environment,
        manifest_id=bundle.manifest_id,
        manifest_json=bundle.manifest.to_json(),
        environment_revision=bundle.environment_revision,
        tenant_json=bundle.tenant.to_json(),
    )


class FakeCore:
    """All four services, each on a port of its own."""

    def __init__(self, folder: Path, clock: FakeClock | Any, *bundles: Bundle) -> None:
        self.key = trust(folder)
        self.generation = FakeGeneration()
        self.retrieval = FakeRetrieval()
        self.insights = FakeInsights()
        self.config = FakeConfig(*bundles)
        self.addresses: dict[str, str] = {}
        self.servers: dict[str, RpcServer] = {}
        self._folder = folder
        self._clock = clock

    async def __aenter__(self) -> FakeCore:
        act, search = MethodPolicy("act_for"), MethodPolicy("search")
        anybody = MethodPolicy(None, subject=False)
        methods: dict[str, tuple[Any, Any, dict[str, MethodPolicy]]] = {
            "generation": (
                self.generation,
                generation_pb2_grpc.add_GenerationServicer_to_server,
                {
                    "Answer": act,
                    "ResumeAnswer": act,
                    "StopAnswer": act,
                    "ListConversations": act,
                    "GetConversation": act,
                    "DeleteConversation": act,
                },
            ),
            "retrieval": (
                self.retrieval,
                retrieval_pb2_grpc.add_RetrievalServicer_to_server,
                {"GetPassages": search, "Search": search},
            ),
            "insights": (
                self.insights,
                insights_pb2_grpc.add_InsightsServicer_to_server,
                {"RecordFeedback": MethodPolicy("insights")},
            ),
            "config": (
                self.config,
                config_pb2_grpc.add_ConfigServicer_to_server,
                {"WatchManifest": anybody},
            ),
        }
        for name, (servicer, add, policy) in methods.items():
            await self._start(name, servicer, add, policy)
        return self

    async def _start(self, name: str, servicer: Any, add: Any, policy: dict[str, MethodPolicy]) -> None:
        spec = ServerSpec(
            full_name=f"causeway.{name}.v1.{name.capitalize()}",
            address="127.0.0.1:0",
            policy=policy,
            add_servicer=lambda server: add(servicer, server),
        )
        verifier = ServiceTokenVerifier(name, self._folder / "trust.json", self._clock)
        server = RpcServer(spec, verifier)
        port = await server.start()
        await server.set_ready(True)
        self.addresses[name] = f"127.0.0.1:{port}"
        self.servers[name] = server

    async def __aexit__(self, *_: object) -> None:
        for server in self.servers.values():
            await server.stop(0)
