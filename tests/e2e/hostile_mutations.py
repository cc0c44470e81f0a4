"""Requests that nobody thought of: good ones, with something random done to them."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from tests.e2e.hostile_belongings import Belongings
from tests.e2e.hostile_requests import METHODS, ORIGINS, STRANGE_IDS
from tests.e2e.hostile_routes import JSON, Json, RouteCase
from tests.e2e.hostile_wire import chunked, request
from tests.e2e.hostile_world import World

SEED = int(os.environ.get("HOSTILE_SEED", "20261120"))
"""Every run tries the same; another seed tries something else."""

T = TypeVar("T")

_ALPHABET = "aZ09 \t\n\r\x00\x01\x1b\x7f\"\\/<>&'%{}[]:,;.-_=+*?#@ßéЖ漢\u200b\u202e\ufeff\uffff\U0001f4a5"
_NAMES = (
    *("Last-Event-ID", "If-None-Match", "traceparent", "tracestate", "Accept-Encoding", "Idempotency-Key", "Origin"),
    *("Content-Encoding", "Expect", "Accept", "Range", "Cookie", "X-Forwarded-For", "Authorization", "Content-Type"),
    *("x-causeway-tenant", "x-causeway-subject", "Access-Control-Request-Method", "TE", "Upgrade-Insecure-Requests"),
)  # fmt: skip


class Mutations:
    """Makes random requests to one route.

    Args:
        case: The route.
        world: Signs tokens.
        mine: What the visitor owns.
        theirs: What a visitor of the other tenant owns.
    """

    def __init__(self, case: RouteCase, world: World, mine: Belongings, theirs: Belongings) -> None:
        self._case = case
        self._world = world
        self._mine = mine
        self._theirs = theirs
        self._random = random.Random(f"{SEED} {case.method} {case.path}")

    def next(self) -> bytes:
        """The next request."""
        method = self._mostly(self._case.method, lambda: self._random.choice(METHODS))
        headers = self._headers()
        target = self._target()
        if self._case.body is None:
            return request(method, target, headers)
        body = self._body(self._case.body(self._mine))
        if self._random.random() < 0.2:
            return chunked(method, target, headers, body)
        return request(method, target, headers, body)

    def _target(self) -> bytes:
        target = self._case.target(self._mine)
        if self._case.owned and self._random.random() < 0.4:
            target = self._case.with_id(self._id())
        if self._random.random() < 0.1:
            target += "?" + quote(self.text(50), safe="&=%+;")
        return target.encode()

    def _id(self) -> str:
        theirs = getattr(self._theirs, self._case.owned, "x")
        own = self._case.target(self._mine)
        known = self._random.choice((theirs, *STRANGE_IDS, own, self.text(40)))
        return quote(known.replace("%", ""), safe="/-_.~")

    def _headers(self) -> list[tuple[bytes, bytes]]:
        headers = []
        for name, token in self._case.authorization(self._world, self._mine):
            sent = token if self._random.random() < 0.85 else self.flipped(token)
            headers.append((name, self._one_line(sent)))
        if self._random.random() < 0.95:
            headers.append(JSON)
        for _ in range(self._random.choice((0, 0, 0, 1, 2, 5))):
            odd = self._random.choice(_NAMES).encode()
            value = self._random.choice(
                (self._random.choice(ORIGINS), self._random.randbytes(self._random.randrange(80)))
            )
            headers.append((odd, self._one_line(value)))
        return headers

    def _body(self, good: Json) -> bytes:
        if self._random.random() < 0.7:
            good.pop("conversation_id", None)  # one answer a conversation: most would find it busy
        for _ in range(self._random.choice((0, 1, 1, 1, 2, 3))):
            name = self._random.choice((*good, self.text(10)))
            if self._random.random() < 0.15:
                good.pop(name, None)
            else:
                good[name] = self.value(3)
        raw = json.dumps(good, ensure_ascii=self._random.random() < 0.5).encode("utf-8", "surrogatepass")
        return self._mostly(raw, lambda: self.flipped(raw), 0.8)

    def value(self, depth: int) -> Any:
        """Any JSON value."""
        kinds: list[Callable[[], Any]] = [
            lambda: None,
            lambda: self._random.random() < 0.5,
            lambda: self._random.choice((0, -1, 1, 5, 2**31, 2**63, 10**30, -(2**63) - 1)),
            lambda: self._random.choice((0.5, -0.0, 1e308, 1e-320)),
            lambda: self.text(60),
            lambda: self.text(3) * self._random.choice((1, 100, 2000)),
        ]
        if depth:
            kinds.append(lambda: [self.value(depth - 1) for _ in range(self._random.randrange(4))])
            kinds.append(
                lambda: {self.text(8): self.value(depth - 1) for _ in range(self._random.randrange(4))}
            )
        return self._random.choice(kinds)()

    def text(self, longest: int) -> str:
        """Any text, of characters that have broken something before."""
        return "".join(self._random.choices(_ALPHABET, k=self._random.randrange(1, longest + 1)))

    def flipped(self, raw: bytes) -> bytes:
        """The same bytes, a few of them not."""
        changed = bytearray(raw)
        for _ in range(self._random.choice((1, 1, 2, 8))):
            at = self._random.randrange(len(changed) + 1)
            how = self._random.randrange(4)
            if how == 0:
                changed.insert(at, self._random.randrange(256))
            elif how == 1:
                del changed[at : at + self._random.randrange(1, 20)]
            elif how == 2 and at < len(changed):
                changed[at] = self._random.randrange(256)
            else:
                changed[at:at] = changed[: self._random.randrange(20)]
        return bytes(changed)

    def _one_line(self, value: bytes) -> bytes:
        """A header's value without line ends, which are for the malformed requests; seldom with controls."""
        least = 1 if self._random.random() < 0.1 else 0x20
        return bytes(byte for byte in value if byte >= least and byte not in b"\r\n\x7f")

    def _mostly(self, usual: T, other: Callable[[], T], share: float = 0.93) -> T:
        return usual if self._random.random() < share else other()
