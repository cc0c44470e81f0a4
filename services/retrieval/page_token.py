"""Page tokens of the document list: opaque to clients, checked when they come back."""

from __future__ import annotations

import base64
import binascii

import orjson

from libs.common.errors import InvalidRequest
from services.retrieval.documents import Place

_MAX_CHARACTERS = 8192


def write_page_token(after: Place, state: str) -> str:
    """Returns the token of the page that follows a document.

    Args:
        after: Where the last document of this page stands.
        state: The state that the list is narrowed to; empty for all.
    """
    return base64.urlsafe_b64encode(orjson.dumps([*after, state])).decode()


def read_page_token(token: str, state: str) -> Place:
    """Returns where the document stands that the page follows.

    Args:
        token: What the client sent; empty for the first page.
        state: The state that the list is narrowed to now.

    Raises:
        InvalidRequest: The token is not one of ours, or belongs to another list; field `page_token`.
    """
    if not token:
        return "", ""
    try:
        if len(token) > _MAX_CHARACTERS:
            raise _refusal()
        content = orjson.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        raise _refusal() from None
    if not (isinstance(content, list) and len(content) == 3):
        raise _refusal()
    if not all(isinstance(part, str) for part in content):
        raise _refusal()
    uri, document_id, listed = content
    if listed != state:
        raise InvalidRequest("The page token belongs to a list of another state.", field="page_token")
    if "\0" in uri or "\0" in document_id:
        raise _refusal()
    return uri, document_id


def _refusal() -> InvalidRequest:
    return InvalidRequest(
        "The page token is not one that this service gave out; start without one.", field="page_token"
    )
