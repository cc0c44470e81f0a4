"""Page tokens of the document list: opaque to clients, checked when they come back."""

from __future__ import annotations

import base64
import binascii

import orjson

from libs.common.errors import InvalidRequest

_MAX_CHARACTERS = 8192


def write_page_token(after_uri: str, state: str) -> str:
    """Returns the token of the page that follows a uri.

    Args:
        after_uri: The last uri of this page.
        state: The state that the list is narrowed to; empty for all.
    """
    return base64.urlsafe_b64encode(orjson.dumps([after_uri, state])).decode()


def read_page_token(token: str, state: str) -> str:
    """Returns the uri that the page follows; empty for the first page.

    Args:
        token: What the client sent; empty for the first page.
        state: The state that the list is narrowed to now.

    Raises:
        InvalidRequest: The token is not one of ours, or belongs to another list; field `page_token`.
    """
    if not token:
        return ""
    try:
        if len(token) > _MAX_CHARACTERS:
            raise _refusal()
        content = orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise _refusal() from None
    if not (isinstance(content, list) and len(content) == 2 and isinstance(content[0], str)):
        raise _refusal()
    if content[1] != state:
        raise InvalidRequest("The page token belongs to a list of another state.", field="page_token")
    return content[0]


def _refusal() -> InvalidRequest:
    return InvalidRequest(
        "The page token is not one that this service gave out; start without one.", field="page_token"
    )
