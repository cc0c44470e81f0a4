"""The connections to the core, and what the edge reaches through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import grpc

from libs.common.clock import Clock
from libs.common.keys import SigningKey
from libs.common.manifest_watch import ManifestWatch
from libs.common.pb.config.v1 import config_pb2_grpc
from libs.common.rpc_client import CallSigner, ChannelPool, Retried, open_channel
from libs.common.service_tokens import ServiceTokenSource
from services.edge_gateway.answers_grpc import GrpcAnswers
from services.edge_gateway.conversations_grpc import GrpcConversations
from services.edge_gateway.feedback_grpc import GrpcFeedbackRecorder
from services.edge_gateway.health_grpc import GrpcHealthProbe
from services.edge_gateway.passages_grpc import GrpcPassages
from services.edge_gateway.searches_grpc import GrpcSearches
from services.edge_gateway.settings import SERVICE, Settings

ROLES: Mapping[str, frozenset[str]] = {
    "generation": frozenset({"act_for"}),
    "retrieval": frozenset({"act_for", "search"}),
    "insights": frozenset({"act_for", "insights"}),
    "config": frozenset(),
}
"""What the edge asserts to each service."""

# A repeated question attaches to the running answer, so that asking again is safe.
ANSWERS = Retried("causeway.generation.v1.Generation", ("Answer", "ResumeAnswer"))
SHORT_CALLS = Retried(
    "causeway.generation.v1.Generation",
    ("StopAnswer", "ListConversations", "GetConversation", "DeleteConversation"),
)


@dataclass(frozen=True, slots=True)
class CoreClients:
    """Everything that speaks gRPC."""

    manifests: ManifestWatch
    answers: GrpcAnswers
    conversations: GrpcConversations
    passages: GrpcPassages
    searches: GrpcSearches
    feedback: GrpcFeedbackRecorder
    probes: Mapping[str, GrpcHealthProbe]
    channels: tuple[grpc.aio.Channel, ...]
    pool: ChannelPool

    async def close(self) -> None:
        """Closes every connection."""
        await self.pool.close()
        for channel in self.channels:
            await channel.close()


def open_core(settings: Settings, key: SigningKey, clock: Clock) -> CoreClients:
    """Prepares the connections; each is made with its first call.

    Args:
        settings: Where the services listen.
        key: Signs this service's tokens.
        clock: Tells the time.
    """
    addresses = {name: getattr(settings, name) for name in ROLES}
    channels = {
        name: open_channel(address, SHORT_CALLS if name == "generation" else None)
        for name, address in addresses.items()
    }
    signers = {
        name: CallSigner(ServiceTokenSource(key, SERVICE, name, roles, clock))
        for name, roles in ROLES.items()
    }
    pool = ChannelPool(settings.generation, retried=ANSWERS)
    config = config_pb2_grpc.ConfigStub(channels["config"])  # type: ignore[no-untyped-call]
    return CoreClients(
        manifests=ManifestWatch(config, signers["config"], clock, settings.manifests_folder),
        answers=GrpcAnswers(pool, channels["generation"], signers["generation"]),
        conversations=GrpcConversations(channels["generation"], signers["generation"]),
        passages=GrpcPassages(channels["retrieval"], signers["retrieval"]),
        searches=GrpcSearches(channels["retrieval"], signers["retrieval"]),
        feedback=GrpcFeedbackRecorder(channels["insights"], signers["insights"]),
        probes={
            name: GrpcHealthProbe(channels[name], f"causeway.{name}.v1.{name.capitalize()}")
            for name in ("generation", "retrieval", "insights")
        },
        channels=tuple(channels.values()),
        pool=pool,
    )
