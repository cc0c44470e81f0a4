"""Page tokens of the lists of conversations and turns: opaque to clients, checked when they come back."""

from __future__ import annotations

import base64
import binascii
import math

import orjson

from libs.common.errors import InvalidRequest
from services.generation.conversations.conversation import Place

_MAX_CHARACTERS = 512
_MAX_SEQ = 2**31 - 1


def write_place(place: Place) -> str:
    """Returns the token of the page that follows a conversation."""
    return _written(list(place))


def read_place(token: str) -> Place | None:
    """Returns the place that a page follows; None for the first page.

    Raises:
        InvalidRequest: The token is not one of ours; field `page_token`.
    """
    if not token:
        return None
    match _content(token):
        case [float() as at, str() as conversation_id] if math.isfinite(at) and "\x00" not in conversation_id:
            return at, conversation_id
    raise _refusal()


def write_seq(seq: int) -> str:
    """Returns the token of the page that follows a turn."""
    return _written(seq)


def read_seq(token: str) -> int:
    """Returns the number of the turn that a page follows; 0 for the first page.

    Raises:
        InvalidRequest: The token is not one of ours; field `page_token`.
    """
    if not token:
        return 0
    match _content(token):
        case int() as seq if 0 < seq <= _MAX_SEQ and not isinstance(seq, bool):
            return seq
    raise _refusal()


def _written(content: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(content)).decode()


def _content(token: str) -> object:
    if len(token) > _MAX_CHARACTERS:
        raise _refusal()
    try:
        return orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise _refusal() from None


def _refusal() -> InvalidRequest:
    return InvalidRequest(
        "The page token is not one that this service gave out; start without one.", field="page_token"
    )
