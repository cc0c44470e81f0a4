"""A real stack with two tenants, each of which has something to hide from the other."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import shutil
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives import serialization

from libs.common.caller import Caller
from libs.common.caller_metadata import to_metadata
from libs.common.keys import SigningKey, create_signing_key, encode_public, load_signing_key
from libs.common.pb.retrieval.v1 import retrieval_pb2 as pb
from libs.common.pb.retrieval.v1 import retrieval_pb2_grpc
from libs.common.rpc_client import open_channel
from libs.common.service_tokens import sign_service_token
from tests.e2e.stack import ROOT, Stack, free_ports
from tests.fakes.openai_upstream import Fault, Script, Upstream, openai_upstream_in_a_thread

MODEL_KEY = "planted-model-key-7f3a9c"
QUESTION_MARK = "planted-question-5d21e8"
COMMENT_MARK = "planted-comment-a90b44"
"""Secrets that must turn up in no log, no metric and no refusal."""

SUBJECT_ROLES = {
    "generation": ("act_for",),
    "retrieval": ("act_for", "search"),
    "insights": ("act_for", "insights"),
}
METRICS = ("RETRIEVAL", "GENERATION", "CONFIG", "INSIGHTS", "INGEST")
WORDS = ("The word ", "is kept ", "by the ", "harbour ", "master [1].")
QUESTION = f"What is the secret word of the harbour master? {QUESTION_MARK}"

Metadata = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Side:
    """A tenant.

    Attributes:
        tenant: Its id.
        canary: What its documents hold and nobody else may ever see.
        issuer: `iss` of its host tokens.
        key: Signs them.
        kid: Names that key.
        origin: Where its anonymous visitors come from.
    """

    tenant: str
    canary: str
    issuer: str
    key: SigningKey
    kid: str
    origin: str

    def host_token(self, **claims: Any) -> str:
        """A host token; the claims that are given replace good ones, and None removes one."""
        now = int(time.time())
        good = {
            "iss": self.issuer,
            "aud": "causeway",
            "sub": "ana",
            "tenant_id": self.tenant,
            "iat": now,
            "exp": now + 600,
            "jti": secrets.token_urlsafe(12),
        }
        wanted = {name: value for name, value in (good | claims).items() if value is not None}
        return jwt.encode(wanted, self.key.private, algorithm="EdDSA", headers={"kid": self.kid})


@dataclass
class World:
    """The stack, its tenants, and everything secret that was ever handed out."""

    stack: Stack
    upstream: Upstream
    demo: Side
    rival: Side
    metrics_ports: dict[str, int]
    secrets: set[str] = field(default_factory=lambda: {MODEL_KEY, QUESTION_MARK, COMMENT_MARK})
    refusals: set[bytes] = field(default_factory=set)

    @property
    def keys(self) -> Path:
        """The folder of the stack's keys."""
        return self.stack.data / "keys"

    @property
    def sides(self) -> tuple[tuple[Side, Side], ...]:
        """Each tenant with the other one."""
        return ((self.demo, self.rival), (self.rival, self.demo))

    def key(self, service: str) -> SigningKey:
        """A service's own key."""
        return load_signing_key(self.keys / f"{service}.key.pem")

    def session(self, side: Side, subject: str = "ana") -> str:
        """Opens a session and returns its token."""
        host = side.host_token(sub=subject)
        reply = httpx.post(
            f"{self.stack.edge}/v1/sessions", json={}, headers={"Authorization": f"Bearer {host}"}
        )
        assert reply.status_code == 201, reply.text
        token = str(reply.json()["session_token"])
        self.secrets |= {host, token}
        return token

    def token(self, service: str, target: str, *roles: str, tenant: str | None = None) -> str:
        """Signs a service token."""
        key, now = self.key(service), time.time()
        token = sign_service_token(key, service, target, frozenset(roles), now, 600, tenant)
        self.secrets.add(token)
        return token

    def visitor(self, side: Side, target: str, subject: str = "ana") -> Metadata:
        """Metadata with which the edge calls a service for a visitor."""
        token = self.token("edge_gateway", target, *SUBJECT_ROLES[target])
        return (
            ("authorization", f"Bearer {token}"),
            *to_metadata(Caller("edge_gateway", side.tenant, subject)),
        )

    def team(self, tenant: str, *roles: str, target: str = "retrieval") -> Metadata:
        """Metadata of a command that is bound to a tenant."""
        return (("authorization", f"Bearer {self.token('cli', target, *roles, tenant=tenant)}"),)

    def plain(self, service: str, target: str) -> Metadata:
        """Metadata of a service that calls for nobody."""
        return (("authorization", f"Bearer {self.token(service, target)}"),)

    def address(self, service: str) -> str:
        """Where a service of the core listens."""
        return f"127.0.0.1:{self.stack.ports[service.upper()]}"

    def metrics(self) -> dict[str, str]:
        """What every process says of itself, by name."""
        addresses = {name: f"http://127.0.0.1:{port}/metrics" for name, port in self.metrics_ports.items()}
        addresses["EDGE"] = f"{self.stack.edge}/metrics"
        return {name: _read(address) for name, address in addresses.items()}

    def logs(self) -> dict[str, str]:
        """The log files of the processes."""
        return {path.name: path.read_text() for path in (self.stack.data / "logs").iterdir()}


def script(pace: float = 0.0, fault: Fault = "none") -> Script:
    """What the model says; its connections do not wait for more, so that they can be counted."""
    return Script(words=WORDS, pace=pace, fault=fault, keep=False)


def _read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as reply:
        return str(reply.read().decode())


@contextmanager
def hostile_world(folder: Path) -> Iterator[World]:
    """Starts everything and stops it again."""
    with openai_upstream_in_a_thread() as upstream:
        upstream.script = script()
        ports = dict(zip(METRICS, free_ports(len(METRICS)), strict=True))
        world = _prepared(folder, upstream, ports)
        world.stack.start()
        try:
            _trust_a_team(world)
            asyncio.run(_index(world, world.rival))
            yield world
        finally:
            world.stack.stop()


def _prepared(folder: Path, upstream: Upstream, ports: dict[str, int]) -> World:
    shutil.copytree(ROOT / "manifests", folder / "manifests")
    docs = folder / "docs"
    docs.mkdir()
    canaries = [f"canary{secrets.token_hex(8)}" for _ in range(2)]
    (docs / "harbour.md").write_text(_document(canaries[0]))
    generous = dict.fromkeys(
        ("CHAT_PER_MINUTE", "CHAT_BURST", "FEEDBACK_PER_MINUTE", "FEEDBACK_BURST"), "1000000"
    )
    settings = {
        **generous,
        "STREAMS_PER_SUBJECT": "200",
        "MANIFESTS": str(folder / "manifests"),
        "MODEL": "openai/test-model",
        "MODEL_BASE_URL": upstream.base_url,
        "MODEL_API_KEY": MODEL_KEY,
        **{f"{name}_METRICS_PORT": str(port) for name, port in ports.items()},
    }
    stack = Stack(folder / "data", docs, {f"CAUSEWAY_{name}": value for name, value in settings.items()})
    keys = [create_signing_key(stack.data / "keys" / f"{name}-host.key.pem") for name in ("demo", "rival")]
    demo = Side("demo", canaries[0], "causeway-demo-host", keys[0], "demo-host-1", "https://demo.example")
    rival = Side("rival", canaries[1], "rival-host", keys[1], "rival-host-1", "https://rival.example")
    _declare(folder / "manifests", rival)
    (stack.data / "keys" / "rival-host.pub.pem").write_bytes(
        keys[1].public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    )
    return World(stack, upstream, demo, rival, ports)


def _document(canary: str) -> str:
    return f"# Harbour\n\nThe secret word of the harbour master is {canary}. Nobody else knows the word.\n"


def _declare(manifests: Path, side: Side) -> None:
    demo = manifests / "tenants" / "demo.yaml"
    own = demo.read_text().replace("causeway-demo-host", side.issuer)
    own = re.sub(r"\bdemo\b", side.tenant, own)
    own = own.replace("anonymous_origins: []", f"anonymous_origins: [{side.origin}]")
    (manifests / "tenants" / f"{side.tenant}.yaml").write_text(own)
    environment = manifests / "environments" / "dev.yaml"
    environment.write_text(environment.read_text().rstrip() + f"\n  {side.tenant}: {{}}\n")


def _trust_a_team(world: World) -> None:
    """A key that is bound to the first tenant; the services read the file again when it changes."""
    key, path = create_signing_key(world.keys / "team.key.pem"), world.keys / "trust.json"
    trust = json.loads(path.read_text())
    entry = {"kid": key.kid, "service": "team", "public_key": encode_public(key.public)}
    trust["keys"].append({**entry, "roles": ["search", "ingest", "operate"], "tenant": world.demo.tenant})
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(trust))
    partial.replace(path)


async def _index(world: World, side: Side) -> None:
    metadata = world.team(side.tenant, "search", "ingest")
    parts = [
        pb.IndexDocumentsRequest(source=pb.DocumentSource(source_id="docs", complete=True)),
        pb.IndexDocumentsRequest(document=pb.DocumentHeader(uri="harbour.md")),
        pb.IndexDocumentsRequest(content=_document(side.canary).encode()),
    ]
    async with open_channel(world.address("retrieval")) as channel, asyncio.timeout(30):
        stub = retrieval_pb2_grpc.RetrievalStub(channel)  # type: ignore[no-untyped-call]
        accepted = await stub.IndexDocuments(iter(parts), metadata=metadata)
        while True:
            index = await stub.GetIndex(pb.GetIndexRequest(), metadata=metadata)
            if index.content_revision >= accepted.revision:
                return
            await asyncio.sleep(0.1)
