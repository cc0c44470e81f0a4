"""Page tokens of the list of answers: opaque to clients, checked when they come back."""

from __future__ import annotations

import base64
import binascii
import math

import orjson

from libs.common.errors import InvalidRequest
from services.insights.answers import Place

_MAX_CHARACTERS = 1024


def write_page_token(after: Place) -> str:
    """Returns the token of the page that follows a record."""
    return base64.urlsafe_b64encode(orjson.dumps([after.recorded_at, after.query_id])).decode()


def read_page_token(token: str) -> Place | None:
    """Returns where the record stands that the page follows; None for the first page.

    Raises:
        InvalidRequest: The token is not one of ours; field `page_token`.
    """
    if not token:
        return None
    try:
        if len(token) > _MAX_CHARACTERS:
            raise _refusal()
        content = orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise _refusal() from None
    if not (isinstance(content, list) and len(content) == 2):
        raise _refusal()
    recorded_at, query_id = content
    if not (isinstance(recorded_at, float) and math.isfinite(recorded_at) and isinstance(query_id, str)):
        raise _refusal()
    if "\0" in query_id:
        raise _refusal()
    return Place(recorded_at, query_id)


def _refusal() -> InvalidRequest:
    return InvalidRequest(
        "The page token is not one that this service gave out; start without one.", field="page_token"
    )
