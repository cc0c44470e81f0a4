"""The edge's ASGI application: every route, middleware and error handler in sight."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from libs.common.clock import Clock
from libs.common.errors import CausewayError
from services.edge_gateway.answer_desk import AnswerDesk
from services.edge_gateway.answer_relay import AnswerRelay
from services.edge_gateway.answers import Answers
from services.edge_gateway.bodies import BodyLimits
from services.edge_gateway.conversations import Conversations
from services.edge_gateway.cors import Cors
from services.edge_gateway.demo_host import DemoHost
from services.edge_gateway.error_boundary import ErrorBoundary
from services.edge_gateway.event_stream import StreamTiming
from services.edge_gateway.feedback import FeedbackRecorder
from services.edge_gateway.manifests import Manifests
from services.edge_gateway.open_streams import OpenStreams
from services.edge_gateway.origins import KnownOrigins
from services.edge_gateway.passages import Passages
from services.edge_gateway.problem import on_causeway_error, on_http_exception
from services.edge_gateway.public_config import PublicConfigs
from services.edge_gateway.query_ids import QueryIds
from services.edge_gateway.questions import Questions
from services.edge_gateway.rate_limiter import RateLimiter
from services.edge_gateway.readiness import Readiness
from services.edge_gateway.request_observation import RequestObservation
from services.edge_gateway.routes.chat import AskRoute, FollowRoute, StopRoute
from services.edge_gateway.routes.config import ConfigRoutes
from services.edge_gateway.routes.conversations import ConversationRoutes
from services.edge_gateway.routes.demo import DemoPageRoutes, DemoTokenRoutes
from services.edge_gateway.routes.feedback import FeedbackRoutes
from services.edge_gateway.routes.health import HealthRoutes
from services.edge_gateway.routes.keys import KeyRoutes
from services.edge_gateway.routes.metrics import MetricsRoutes
from services.edge_gateway.routes.passages import PassageRoutes
from services.edge_gateway.routes.playground import PlaygroundRoutes
from services.edge_gateway.routes.sessions import SessionRoutes
from services.edge_gateway.routes.widget import WidgetRoutes
from services.edge_gateway.searches import Searches
from services.edge_gateway.security_headers import SecurityHeaders
from services.edge_gateway.session_keys import SessionKeys
from services.edge_gateway.session_tokens import SessionTokens
from services.edge_gateway.sessions import Sessions
from services.edge_gateway.visitors import Visitors
from services.edge_gateway.widget_files import WidgetFiles


@dataclass(frozen=True, slots=True)
class Deps:
    """What the application is made of.

    Attributes:
        searches: Explains searches, in development.
        development: Whether the demo page and the playground are served.
        demo_host: Signs the demo page's tokens, in development.
    """

    clock: Clock
    manifests: Manifests
    session_keys: SessionKeys
    tokens: SessionTokens
    sessions: Sessions
    ids: QueryIds
    answers: Answers
    conversations: Conversations
    passages: Passages
    searches: Searches
    feedback: FeedbackRecorder
    chat_limiter: RateLimiter
    feedback_limiter: RateLimiter
    streams: OpenStreams
    readiness: Readiness
    widget: WidgetFiles
    body_limits: BodyLimits
    timing: StreamTiming = StreamTiming()
    development: bool = False
    demo_host: DemoHost | None = None


def create_app(deps: Deps) -> Starlette:
    """Returns the application."""
    app = Starlette(
        routes=[*_api(deps), *_public(deps), *(_demo(deps) if deps.development else ())],
        middleware=[
            Middleware(RequestObservation),
            Middleware(SecurityHeaders),
            Middleware(Cors, known=KnownOrigins(deps.manifests, deps.clock)),
            Middleware(ErrorBoundary),
        ],
        exception_handlers={CausewayError: on_causeway_error, HTTPException: on_http_exception},
    )
    # A redirect would be built from the Host header, which is the client's to choose.
    app.router.redirect_slashes = False
    return app


def _api(deps: Deps) -> list[Route]:
    visitors = Visitors(deps.tokens, deps.manifests)
    configs = PublicConfigs(deps.manifests)
    questions = Questions(deps.ids, deps.manifests)
    relay = AnswerRelay(deps.streams, deps.timing)
    limits, ids, answers = deps.body_limits, deps.ids, deps.answers
    sessions = SessionRoutes(deps.sessions, deps.tokens, ids, configs, limits)
    feedback = FeedbackRoutes(visitors, deps.feedback_limiter, ids, deps.feedback, limits)
    desk = AnswerDesk(answers, deps.manifests, deps.clock)
    ask = AskRoute(visitors, deps.chat_limiter, questions, desk, relay, limits)
    follow = FollowRoute(visitors, ids, answers, relay)
    conversations = ConversationRoutes(visitors, deps.chat_limiter, ids, deps.conversations)
    return [
        Route("/v1/sessions", sessions.create, methods=["POST"]),
        Route("/v1/config", ConfigRoutes(visitors, configs).show, methods=["GET"]),
        Route("/v1/chat", ask, methods=["POST"], name="ask"),
        Route("/v1/chat/{query_id}/events", follow, methods=["GET"], name="follow"),
        Route("/v1/chat/{query_id}", StopRoute(visitors, ids, answers).stop, methods=["DELETE"]),
        Route("/v1/passages/{passage_id}", PassageRoutes(visitors, deps.passages).show, methods=["GET"]),
        Route("/v1/conversations", conversations.list, methods=["GET"]),
        Route("/v1/conversations/{conversation_id}", conversations.one, methods=["GET", "DELETE"]),
        Route("/v1/feedback", feedback.create, methods=["POST"]),
    ]


def _public(deps: Deps) -> list[Route]:
    health, widget = HealthRoutes(deps.readiness), WidgetRoutes(deps.widget)
    return [
        Route("/healthz", health.live, methods=["GET"]),
        Route("/readyz", health.ready, methods=["GET"]),
        Route("/metrics", MetricsRoutes(deps.clock).show, methods=["GET"]),
        Route("/.well-known/jwks.json", KeyRoutes(deps.session_keys).show, methods=["GET"]),
        Route("/widget/loader.js", widget.loader, methods=["GET"]),
        Route("/widget/{name}", widget.hashed, methods=["GET"]),
    ]


def _demo(deps: Deps) -> list[Route]:
    visitors = Visitors(deps.tokens, deps.manifests)
    playground = PlaygroundRoutes(visitors, deps.chat_limiter, deps.searches, deps.widget, deps.body_limits)
    routes = [
        Route("/", DemoPageRoutes(deps.widget).page, methods=["GET"]),
        Route("/playground", playground.page, methods=["GET"]),
        Route("/v1/search/explain", playground.explain, methods=["POST"]),
    ]
    if deps.demo_host is not None:
        token = DemoTokenRoutes(deps.demo_host, deps.body_limits)
        routes.append(Route("/demo/token", token.create, methods=["POST"]))
    return routes
