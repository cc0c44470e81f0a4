"""Every HTTP route of the edge, with what a good request to it looks like and what it may answer."""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.routing import Route

from tests.e2e.hostile_belongings import Belongings
from tests.e2e.hostile_wire import request
from tests.e2e.hostile_world import QUESTION, World
from tests.edge_gateway.harness import Edge

Json = dict[str, Any]
JSON = (b"Content-Type", b"application/json")


@dataclass(frozen=True)
class RouteCase:
    """One method of one route.

    Attributes:
        method: The method.
        path: The path as the application declares it.
        served: Statuses of what it does not refuse.
        session: Whether it asks for a session token.
        body: Makes a good body; None for a route that takes none.
        owned: What its path parameter names, where it has one.
        required: The fields that its body must have.
    """

    method: str
    path: str
    served: frozenset[int] = frozenset({200})
    session: bool = False
    body: Callable[[Belongings], Json] | None = None
    owned: str = ""
    required: tuple[str, ...] = ()

    def target(self, owner: Belongings) -> str:
        """The path, about what the visitor owns."""
        if not self.owned:
            return self.path
        value = getattr(owner, self.owned, self.owned)
        return self.with_id(str(value))

    def with_id(self, value: str) -> str:
        """The path about something."""
        before, _, rest = self.path.partition("{")
        return before + value + rest.partition("}")[2]

    def authorization(self, world: World, owner: Belongings) -> list[tuple[bytes, bytes]]:
        """The header that says who asks."""
        if self.session:
            return [bearer(owner.session)]
        if self.path == "/v1/sessions":
            token = world.demo.host_token()
            world.secrets.add(token)
            return [bearer(token)]
        return []

    def good(self, world: World, owner: Belongings) -> bytes:
        """A request that is served."""
        headers = self.authorization(world, owner)
        if self.body is None:
            return request(self.method, self.target(owner).encode(), headers)
        body = json.dumps(self.body(owner)).encode()
        return request(self.method, self.target(owner).encode(), [*headers, JSON], body)


def bearer(token: str) -> tuple[bytes, bytes]:
    """The header with a token."""
    return (b"Authorization", f"Bearer {token}".encode())


def _session(_: Belongings) -> Json:
    return {
        "page": {"url": "https://x.example/", "title": "X", "section": "s", "tags": ["a"]},
        "resume": "c_x",
        "locale": "en-GB",
        "privacy": {"history": True, "memory": False, "analytics": True},
    }


def _question(owner: Belongings) -> Json:
    return {
        "question": QUESTION,
        "conversation_id": owner.conversation_id,
        "page": {"url": "https://x.example/", "title": "X"},
        "locale": "en",
    }


def _search(_: Belongings) -> Json:
    return {
        "query": QUESTION,
        "k": 3,
        "profile": "",
        "filter": {"uri_prefix": "a", "tags_any": ["x"], "tags_all": ["y"], "language": "en"},
    }


def _vote(owner: Belongings) -> Json:
    return {
        "feedback_id": f"f-{secrets.token_hex(6)}",
        "query_id": owner.query_id,
        "vote": "up",
        "rating": 5,
        "labels": ["clear"],
        "comment": "thanks",
    }


CASES: tuple[RouteCase, ...] = (
    RouteCase("POST", "/v1/sessions", frozenset({201}), body=_session),
    RouteCase("GET", "/v1/config", frozenset({200, 304}), session=True),
    RouteCase("POST", "/v1/chat", session=True, body=_question, required=("question",)),
    RouteCase("GET", "/v1/chat/{query_id}/events", frozenset({200, 204}), session=True, owned="query_id"),
    RouteCase("DELETE", "/v1/chat/{query_id}", frozenset({204}), session=True, owned="query_id"),
    RouteCase("GET", "/v1/conversations", session=True),
    RouteCase(
        "GET",
        "/v1/conversations/{conversation_id}",
        frozenset({200, 404}),  # what another case has deleted is not found
        session=True,
        owned="conversation_id",
    ),
    RouteCase(
        "DELETE",
        "/v1/conversations/{conversation_id}",
        frozenset({204}),
        session=True,
        owned="conversation_id",
    ),
    RouteCase("GET", "/v1/passages/{passage_id}", session=True, owned="passage_id"),
    RouteCase(
        "POST",
        "/v1/feedback",
        frozenset({202}),
        session=True,
        body=_vote,
        required=("feedback_id", "query_id", "vote"),
    ),
    RouteCase("GET", "/healthz"),
    RouteCase("GET", "/readyz"),
    RouteCase("GET", "/metrics"),
    RouteCase("GET", "/.well-known/jwks.json"),
    RouteCase("GET", "/widget/loader.js", frozenset({200, 304, 404})),
    RouteCase("GET", "/widget/{name}", frozenset({200, 304, 404}), owned="panel.abcdef012345.js"),
    RouteCase("GET", "/"),
    RouteCase("GET", "/playground"),
    RouteCase("POST", "/v1/search/explain", session=True, body=_search, required=("query",)),
    RouteCase("POST", "/demo/token", body=lambda _: {"visitor": "visitor-1"}),
)
"""A route that the application has and this table lacks fails a test."""


def declared_routes() -> set[tuple[str, str]]:
    """The methods and paths that the application answers, the development's included."""
    with tempfile.TemporaryDirectory() as folder:
        edge = Edge(Path(folder))
        edge.development = True
        routes = edge.app.routes
    found = set()
    for route in routes:
        assert isinstance(route, Route), f"{route!r} is no plain route: give it hostile cases of its own"
        # Starlette adds HEAD to GET; a route of its own class may have none and answer to all.
        methods = (route.methods or set()) - {"HEAD"}
        found |= {(method, route.path) for method in methods}
    return found


def methods_by_path() -> Mapping[str, set[str]]:
    """The methods of each path."""
    found: dict[str, set[str]] = {}
    for case in CASES:
        found.setdefault(case.path, set()).add(case.method)
    return found
