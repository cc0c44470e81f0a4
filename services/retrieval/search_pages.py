"""Page tokens of searches: what earlier pages held, sealed for the one who asked."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, fields
from hashlib import blake2b
from operator import attrgetter

import orjson

from libs.common.errors import InvalidRequest
from services.retrieval.index import Key
from services.retrieval.passage_filter import PassageFilter
from services.retrieval.search_query import SearchQuery
from services.retrieval.visibility import Condition

MOST_PASSAGES = 500
"""What one search gives over all its pages."""

_VERSION = b"\x01"
_SEAL = 16
_NAME = 8
_parts_of = attrgetter(*(part.name for part in fields(PassageFilter)))
_HEAD = len(_VERSION) + _SEAL + 3 * _NAME
_MAX_CHARACTERS = 8192


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins.

    Attributes:
        seen: Names of the passages that earlier pages held; none on the first page.
        build: Name of the build that the earlier pages are of; empty on the first page.
    """

    seen: frozenset[bytes] = frozenset()
    build: bytes = b""

    @property
    def offset(self) -> int:
        """How many passages earlier pages held."""
        return len(self.seen)

    def holds(self, key: Key) -> bool:
        """Whether an earlier page held a passage."""
        return bool(self.seen) and name_of(key) in self.seen


def name_of(key: Key) -> bytes:
    """Names a passage in a token by its index's key: 8 bytes, so that 500 passages fit."""
    if isinstance(key, int):
        return key.to_bytes(_NAME)
    return blake2b(key.encode(), digest_size=_NAME).digest()


class SearchPages:
    """Writes and reads page tokens.

    A token names the passages of the earlier pages instead of a number to count from, so that no passage
    comes twice, whatever load or re-ranking did to the order in between.

    Args:
        key: Seals tokens, at least 16 bytes; equal in all processes that answer the same clients.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) < _SEAL:
            raise ValueError(f"the key has {len(key)} bytes; give at least {_SEAL}")
        self._key = key

    def read(self, condition: Condition, query: SearchQuery) -> Page:
        """Returns where the page of a query begins.

        Raises:
            InvalidRequest: Its token is not one of ours, was given to somebody else, or belongs to another
                search; field `page_token`.
        """
        if not query.page_token:
            return Page()
        content = _decoded(query.page_token)
        names = content[_HEAD:]
        if content[:1] != _VERSION or len(names) % _NAME or not 0 < len(names) <= _NAME * MOST_PASSAGES:
            raise _refusal()
        seal, sealed = content[1 : 1 + _SEAL], content[1 + _SEAL :]
        scope, question, build = (sealed[n * _NAME : (n + 1) * _NAME] for n in range(3))
        ours = hmac.compare_digest(seal, self._seal(sealed))
        # Somebody else's token is told apart from no token by nothing.
        if not ours or scope != self._name(_scope(condition)):
            raise _refusal()
        if question != self._name(_question(condition, query)):
            raise InvalidRequest(
                "The page token belongs to another search; repeat the request that gave it out.",
                field="page_token",
            )
        seen = frozenset(names[at : at + _NAME] for at in range(0, len(names), _NAME))
        return Page(seen, build)

    def require(self, page: Page, digest: str) -> None:
        """Checks that a page is of the build that is being served.

        Args:
            page: The page.
            digest: Names the build; empty before the first one.

        Raises:
            InvalidRequest: The index has changed since; field `page_token`.
        """
        if page.build and page.build != self._name(digest.encode()):
            raise InvalidRequest(
                "The index has changed since the page token was given out; start without one.",
                field="page_token",
            )

    def write(
        self, condition: Condition, query: SearchQuery, digest: str, page: Page, passages: Iterable[Key]
    ) -> str:
        """Returns the token of the page that follows; empty where 500 passages were given.

        Args:
            condition: What the caller may see.
            query: The query.
            digest: Names the build that answered.
            page: Where this page began.
            passages: The index's keys of what this page holds.
        """
        seen = page.seen | {name_of(key) for key in passages}
        if not seen or len(seen) >= MOST_PASSAGES:
            return ""
        parts = (_scope(condition), _question(condition, query), digest.encode())
        sealed = b"".join([*map(self._name, parts), *sorted(seen)])
        return base64.urlsafe_b64encode(_VERSION + self._seal(sealed) + sealed).decode()

    def _seal(self, content: bytes) -> bytes:
        return blake2b(content, digest_size=_SEAL, key=self._key, person=b"search page").digest()

    def _name(self, content: bytes) -> bytes:
        return blake2b(content, digest_size=_NAME, key=self._key, person=b"search part").digest()


def _scope(condition: Condition) -> bytes:
    return orjson.dumps([condition.visible.tenant, sorted(condition.visible.access)])


def _question(condition: Condition, query: SearchQuery) -> bytes:
    return orjson.dumps([query.text, query.profile, query.page_url, _parts_of(condition.filter)])


def _decoded(token: str) -> bytes:
    try:
        if len(token) > _MAX_CHARACTERS:
            raise _refusal()
        content = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _refusal() from None
    return content


def _refusal() -> InvalidRequest:
    return InvalidRequest(
        "The page token is not one that this service gave out to this caller; start without one.",
        field="page_token",
    )
