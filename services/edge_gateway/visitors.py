"""Establishes which visitor makes a request."""

from __future__ import annotations

from starlette.datastructures import Headers

from libs.common.errors import Forbidden, NotFound, Unauthenticated
from services.edge_gateway.manifests import Manifests
from services.edge_gateway.origins import origin_of, require_known_origin
from services.edge_gateway.session import Session
from services.edge_gateway.session_tokens import SessionTokens


def bearer_token(headers: Headers) -> str | None:
    """Returns the bearer token of a request; None where there is no Authorization header.

    Raises:
        Unauthenticated: The header is something else, or is there twice.
    """
    values = headers.getlist("authorization")
    if not values:
        return None
    scheme, _, token = values[0].partition(" ")
    if len(values) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise Unauthenticated("Send one header: Authorization: Bearer <token>.")
    return token.strip()


class Visitors:
    """Knows visitors by their session tokens."""

    def __init__(self, tokens: SessionTokens, manifests: Manifests) -> None:
        self._tokens = tokens
        self._manifests = manifests

    def of(self, headers: Headers) -> Session:
        """Returns the session of a request.

        Raises:
            Unauthenticated: There is no session token, or it does not hold.
            Forbidden: The session belongs to a page of another origin.
        """
        token = bearer_token(headers)
        if token is None:
            raise Unauthenticated("Send the session token: Authorization: Bearer <token>.")
        session = self._tokens.verify(token)
        try:
            tenant = self._manifests.bundle(session.tenant).tenant
        except NotFound:
            raise Unauthenticated("The session's tenant is not known here any more.") from None
        origin = origin_of(headers)
        if origin and session.origin and origin != session.origin:
            raise Forbidden("The session belongs to a page of another origin.")
        require_known_origin(headers, tenant)
        return session
