"""`POST /v1/sessions`: opens or renews a visitor's session."""

from __future__ import annotations

from dataclasses import dataclass

import orjson
from starlette.requests import Request
from starlette.responses import Response

from libs.common.clock import rfc3339
from services.edge_gateway.bodies import BodyLimits, read_optional_model
from services.edge_gateway.body_fields import Body, Locale, Page, Words
from services.edge_gateway.json_response import json_response
from services.edge_gateway.public_config import PublicConfigs
from services.edge_gateway.query_ids import QueryIds
from services.edge_gateway.session import Session
from services.edge_gateway.session_tokens import SessionTokens
from services.edge_gateway.sessions import Sessions, Wishes
from services.edge_gateway.visitors import bearer_token


class PrivacyBody(Body):
    """What the visitor allows; what is left out stays as it was."""

    history: bool | None = None
    memory: bool | None = None
    analytics: bool | None = None


class SessionBody(Body):
    """Body of the request."""

    tenant: Words | None = None
    page: Page | None = None
    resume: Words | None = None
    locale: Locale = ""
    privacy: PrivacyBody | None = None

    @property
    def wishes(self) -> Wishes:
        """What of it counts."""
        allowed = self.privacy.model_dump(exclude_none=True) if self.privacy else {}
        return Wishes(self.tenant or "", self.locale, allowed)


@dataclass(frozen=True, slots=True)
class SessionRoutes:
    """The route and what it needs."""

    sessions: Sessions
    tokens: SessionTokens
    ids: QueryIds
    configs: PublicConfigs
    limits: BodyLimits

    async def create(self, request: Request) -> Response:
        """Opens a session."""
        token = bearer_token(request.headers)
        body = await read_optional_model(request, SessionBody, self.limits)
        session = await self.sessions.open(token, request.headers, body.wishes)
        config = self.configs.of(session.tenant)
        content = {
            "session_id": session.sid,
            "session_token": self.tokens.sign(session),
            "expires_at": rfc3339(session.expires_at),
            "conversation_id": self._conversation(session, body.resume),
            "config": orjson.Fragment(config.body),
            "config_etag": config.etag,
            "suggestions": config.suggestions,
        }
        return json_response(content, 201)

    def _conversation(self, session: Session, resume: str | None) -> str:
        # A conversation that is not the visitor's is no reason to turn the visitor away.
        if resume and self.ids.owns_conversation(session.owner, resume):
            return resume
        return self.ids.new_conversation(session.owner)
