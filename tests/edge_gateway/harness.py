"""An edge whose core is fake: the real application, keys in a folder, tokens for it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from starlette.applications import Starlette

from libs.common.caller import Privacy
from libs.common.keys import create_signing_key
from libs.common.manifest import Manifest, Tenant
from libs.common.manifest_watch import Bundle
from services.edge_gateway.answers import Delta, Done, Event, Meta, NumberedEvent, Source, Sources
from services.edge_gateway.app import Deps, create_app
from services.edge_gateway.bodies import BodyLimits
from services.edge_gateway.demo_host import DemoHost
from services.edge_gateway.event_stream import StreamTiming
from services.edge_gateway.exchanges_memory import MemoryExchangeCounter
from services.edge_gateway.host_tokens import HostTokens
from services.edge_gateway.identity_keys import IdentityKeys
from services.edge_gateway.open_streams import OpenStreams
from services.edge_gateway.query_ids import QueryIds
from services.edge_gateway.readiness import Readiness
from services.edge_gateway.session import Session
from services.edge_gateway.session_keys import SessionKeys
from services.edge_gateway.session_tokens import SessionTokens
from services.edge_gateway.sessions import Sessions
from services.edge_gateway.widget_files import WidgetFiles
from tests.fakes.edge_ports import (
    FakeAnswers,
    FakeConversations,
    FakeFeedbackRecorder,
    FakeManifests,
    FakePassages,
    FakeProbe,
    FakeRateLimiter,
    FakeSearches,
)
from tests.fakes.fake_clock import FakeClock

ORIGIN = "https://docs.acme.example"
SECRET = bytes(range(32))


def manifest(tenant_id: str, **changes: Any) -> Manifest:
    """A small manifest."""
    parts: dict[str, Any] = {
        "tenant_id": tenant_id,
        "model_version": "local-1",
        "prompt_version": "cited-1",
        "policy_version": "default-1",
        "retrieval_profile": "balanced-1",
        "index_version": "main",
        "models": {"chain": [{"kind": "extractive"}]},
        "prompt": {"system": "s", "user": "u"},
        "policy": {"max_question_chars": 200},
        "profile": {},
        "flags": {"suggestions": True},
    }
    return Manifest.model_validate(parts | changes)


def bundle(tenant_id: str = "acme", tenant: Mapping[str, Any] | None = None, **changes: Any) -> Bundle:
    """A tenant's manifest and settings."""
    keys = [
        {"kid": "host-ed", "algorithm": "EdDSA", "key": {"file": "host-ed.pub.pem"}},
        {"kid": "host-es", "algorithm": "ES256", "key": {"file": "host-es.pub.pem"}},
        {"kid": "host-rs", "algorithm": "RS256", "key": {"file": "host-rs.pub.pem"}},
        {"kid": "host-hs", "algorithm": "HS256", "key": {"env": "ACME_SECRET"}},
    ]
    settings: dict[str, Any] = {
        "tenant_id": tenant_id,
        "name": tenant_id.title(),
        "identity": {"issuer": "acme-host", "keys": keys, "anonymous_origins": [ORIGIN]},
        "default_plan": "standard",
        "appearance": {
            "title": "Ask Acme",
            "suggestions": ["How do I start?"],
            "handoff": {"label": "Call us", "url": "https://acme.example/help"},
        },
    }
    made = manifest(tenant_id, **changes)
    return Bundle(
        made.manifest_id, made, Tenant.model_validate(settings | dict(tenant or {})), "staging", "rev-1"
    )


def answer(query_id: str = "q", text: str = "Four knots.") -> list[NumberedEvent]:
    """The events of a short answer."""
    meta = Meta(query_id, "c_1", "m" * 64, "stable", "local-1", "cited-1", "default-1", "balanced-1", "main")
    source = Source(1, "7f000000-0000-4000-8000-000000000001", "Speed", "", "Harbour > Speed", "Four", 0.5)
    done = Done(
        finish="stop",
        model="extractive",
        confidence=0.9,
        needs_review=False,
        refusal_flag=False,
        refusal_kind="",
        citation_count=1,
        citations=(1,),
        prompt_tokens=0,
        completion_tokens=3,
        cost_usd=0.0,
        retrieval_latency_ms=4.5,
        first_token_ms=6.0,
        model_latency_ms=1.0,
        total_latency_ms=8.0,
        degradations=(),
    )
    events: tuple[Event, ...] = (meta, Sources((source,)), Delta(text), done)
    return [NumberedEvent(seq, event) for seq, event in enumerate(events, start=1)]


def _pem(key: Any) -> bytes:
    public = key.public_key()
    made: bytes = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return made


# RSA keys take long to make; all tests share these.
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
HS_SECRET = "a shared secret of thirty-two bytes or more"


class Edge:
    """The application and everything that a test needs to talk to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = FakeClock()
        self.manifests = FakeManifests(bundle())
        self.answers = FakeAnswers()
        self.conversations = FakeConversations()
        self.passages = FakePassages()
        self.searches = FakeSearches()
        self.feedback = FakeFeedbackRecorder()
        self.chat_limiter = FakeRateLimiter()
        self.feedback_limiter = FakeRateLimiter()
        self.probes = {name: FakeProbe() for name in ("generation", "retrieval", "insights")}
        self.streams = OpenStreams(total=100, per_owner=4)
        self.timing = StreamTiming(begin_seconds=2.0, heartbeat_seconds=8.0)
        self.body_limits = BodyLimits()
        self.development = False
        self.widget = folder / "dist"
        self.host_key = create_signing_key(folder / "host-ed.key.pem")
        for name, key in (("ed", self.host_key.private), ("es", EC_KEY), ("rs", RSA_KEY)):
            (folder / f"host-{name}.pub.pem").write_bytes(_pem(key))
        self.session_keys = SessionKeys(create_signing_key(folder / "edge-session.key.pem"))
        self.tokens = SessionTokens(self.session_keys, self.clock)
        self.identity_keys = IdentityKeys(folder, {"ACME_SECRET": HS_SECRET})
        self.host_tokens = HostTokens(self.manifests, self.identity_keys, MemoryExchangeCounter(), self.clock)
        self._numbers = itertools.count(1)
        self.sessions = Sessions(
            self.manifests, self.host_tokens, self.tokens, self.clock, self.new_id, "local"
        )
        self.ids = QueryIds(SECRET, self._random_bytes)
        self.readiness = Readiness(self.manifests, self.probes, self.clock)

    def new_id(self) -> str:
        return f"id-{next(self._numbers):08d}"

    def _random_bytes(self, count: int) -> bytes:
        return next(self._numbers).to_bytes(count, "big")

    @property
    def deps(self) -> Deps:
        """What the application is made of."""
        return Deps(
            clock=self.clock,
            manifests=self.manifests,
            session_keys=self.session_keys,
            tokens=self.tokens,
            sessions=self.sessions,
            ids=self.ids,
            answers=self.answers,
            conversations=self.conversations,
            passages=self.passages,
            searches=self.searches,
            feedback=self.feedback,
            chat_limiter=self.chat_limiter,
            feedback_limiter=self.feedback_limiter,
            streams=self.streams,
            readiness=self.readiness,
            widget=WidgetFiles(self.widget),
            body_limits=self.body_limits,
            timing=self.timing,
            development=self.development,
            demo_host=DemoHost(self.host_key, self.clock, self.new_id) if self.development else None,
        )

    @property
    def app(self) -> Starlette:
        """The application."""
        return create_app(self.deps)

    def client(self, **headers: str) -> httpx2.AsyncClient:
        """A client of the application, without a network."""
        transport = httpx2.ASGITransport(app=self.app)
        return httpx2.AsyncClient(transport=transport, base_url="http://edge.test", headers=headers)

    def host_claims(self, **changes: Any) -> dict[str, Any]:
        """The claims of a good host token; those given replace them, None removes one."""
        now = int(self.clock.now())
        good = {
            "iss": "acme-host",
            "aud": "causeway",
            "sub": "ana",
            "tenant_id": "acme",
            "iat": now,
            "exp": now + 600,
        }
        return {name: value for name, value in (good | changes).items() if value is not None}

    def host_token(self, **changes: Any) -> str:
        """A host token, signed by the tenant's Ed25519 key."""
        claims = self.host_claims(**changes)
        return jwt.encode(claims, self.host_key.private, algorithm="EdDSA", headers={"kid": "host-ed"})

    def session(self, **changes: Any) -> Session:
        """A visitor's session."""
        now = int(self.clock.now())
        good: dict[str, Any] = {
            "sid": "s_1",
            "tenant": "acme",
            "subject": "ana",
            "plan": "standard",
            "access": frozenset({"staff"}),
            "locale": "en",
            "privacy": Privacy(),
            "region": "local",
            "origin": "",
            "authenticated_at": now,
            "issued_at": now,
            "expires_at": now + 900,
        }
        return Session(**(good | changes))

    def token(self, **changes: Any) -> str:
        """A visitor's session token."""
        return self.tokens.sign(self.session(**changes))

    def bearer(self, **changes: Any) -> dict[str, str]:
        """The header with a visitor's session token."""
        return {"Authorization": f"Bearer {self.token(**changes)}"}


class AsgiCall:
    """One request to an application, followed message by message."""

    def __init__(
        self, app: Any, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> None:
        self._app = app
        self.scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "scheme": "http",
            "server": ("edge.test", 80),
            "client": ("10.0.0.1", 1234),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers.items()],
        }
        self._incoming: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._incoming.put_nowait({"type": "http.request", "body": body, "more_body": False})
        self.sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.hold_sends: asyncio.Event | None = None
        self.task: asyncio.Task[None] | None = None

    def start(self) -> AsgiCall:
        """Begins the request."""
        self.task = asyncio.create_task(self._app(self.scope, self._incoming.get, self._send))
        return self

    async def _send(self, message: dict[str, Any]) -> None:
        if self.hold_sends is not None:
            await self.hold_sends.wait()
        self.sent.put_nowait(message)

    async def next(self) -> dict[str, Any]:
        """The next message of the response."""
        return await asyncio.wait_for(self.sent.get(), 5)

    def disconnect(self) -> None:
        """The client goes away."""
        self._incoming.put_nowait({"type": "http.disconnect"})

    async def finish(self) -> None:
        """Waits for the end of the request."""
        assert self.task is not None
        await asyncio.wait_for(self.task, 5)
