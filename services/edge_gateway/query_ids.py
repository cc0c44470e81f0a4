"""Ids of questions and conversations that say, to any edge, whose they are."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable

from libs.common.errors import InvalidRequest, NotFound
from services.edge_gateway.session import Owner

_VERSION = b"1"
_NONCE = 12
_MARK = 12
_QUERY, _CONVERSATION = "q_", "c_"
_ENCODED = re.compile(r"[A-Za-z0-9_-]{32}")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class QueryIds:
    """Makes ids and tells whose they are, without asking anybody.

    An id is its prefix and base64url(nonce + HMAC-SHA256(secret, what|owner|nonce)[:12]): 96 bits of
    chance, and 96 bits that nobody without the secret can make for somebody else.

    Args:
        secret: Shared by all edges, at least 32 bytes.
        random_bytes: Makes nonces.
    """

    def __init__(self, secret: bytes, random_bytes: Callable[[int], bytes]) -> None:
        self._secret = secret
        self._random_bytes = random_bytes

    def new_query(self, owner: Owner, idempotency_key: str | None = None) -> str:
        """Returns an id for a question; the same idempotency key gives the same id.

        Raises:
            InvalidRequest: The key is not 1 to 200 visible characters.
        """
        return self._new(_QUERY, owner, idempotency_key)

    def new_conversation(self, owner: Owner, idempotency_key: str | None = None) -> str:
        """Returns an id for a conversation; the same idempotency key gives the same id."""
        return self._new(_CONVERSATION, owner, idempotency_key)

    def owns_query(self, owner: Owner, query_id: str) -> bool:
        """Whether a question is the owner's."""
        return self._owns(_QUERY, owner, query_id)

    def owns_conversation(self, owner: Owner, conversation_id: str) -> bool:
        """Whether a conversation is the owner's."""
        return self._owns(_CONVERSATION, owner, conversation_id)

    def require_query(self, owner: Owner, query_id: str) -> str:
        """Returns the id, if it is the owner's.

        Raises:
            NotFound: It is forged, malformed or somebody else's; which, is not said.
        """
        if not self.owns_query(owner, query_id):
            raise NotFound("There is no such question.", field="query_id")
        return query_id

    def require_conversation(self, owner: Owner, conversation_id: str) -> str:
        """Returns the id, if it is the owner's.

        Raises:
            NotFound: It is forged, malformed or somebody else's.
        """
        if not self.owns_conversation(owner, conversation_id):
            raise NotFound("There is no such conversation.", field="conversation_id")
        return conversation_id

    def _new(self, prefix: str, owner: Owner, idempotency_key: str | None) -> str:
        if idempotency_key is None:
            nonce = self._random_bytes(_NONCE)
        elif _KEY.fullmatch(idempotency_key):
            nonce = self._mark("idempotency " + prefix, owner, idempotency_key.encode())[:_NONCE]
        else:
            raise InvalidRequest(
                "The idempotency key must be 1 to 200 visible characters.", field="Idempotency-Key"
            )
        mark = self._mark(prefix, owner, nonce)[:_MARK]
        return prefix + base64.urlsafe_b64encode(nonce + mark).decode()

    def _owns(self, prefix: str, owner: Owner, value: str) -> bool:
        encoded = value.removeprefix(prefix)
        if encoded == value or not _ENCODED.fullmatch(encoded):
            return False
        try:
            raw = base64.urlsafe_b64decode(encoded)
        except binascii.Error:
            return False
        expected = self._mark(prefix, owner, raw[:_NONCE])[:_MARK]
        return hmac.compare_digest(raw[_NONCE:], expected)

    def _mark(self, what: str, owner: Owner, tail: bytes) -> bytes:
        # Each part with its length in front: no two lists of parts give the same bytes.
        parts = (_VERSION, what.encode(), owner[0].encode(), owner[1].encode(), tail)
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.digest(self._secret, message, hashlib.sha256)
