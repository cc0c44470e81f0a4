"""Hostile HTTP requests to one route, each with the statuses that it may meet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from tests.e2e.hostile_belongings import Belongings
from tests.e2e.hostile_routes import JSON, RouteCase, bearer, methods_by_path
from tests.e2e.hostile_tokens import bad_host_tokens, bad_sessions
from tests.e2e.hostile_wire import chunked, request
from tests.e2e.hostile_world import World

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "LOCK")
ORIGINS = (
    b"null",
    b"https://evil.example",
    b"https://rival.example.evil.example",
    b"https://rival.example:444",
    b"http://rival.example",
    b"https://rival.example/",
    b"HTTPS://RIVAL.EXAMPLE",
    b"https://edge.test@evil.example",
    b"file://",
    b"\xff\xfe",
    b"a" * 5000,
)
BAD_JSON = (
    b"{",
    b"nonsense",
    b"[]",
    b"null",
    b'"x"',
    b"1",
    b'{"question": NaN}',
    b'{"question": 1e999}',
    b'{"question": ' + b"9" * 10_000 + b"}",
    b'{"question": "\xff\xfe"}',
    b'{"question": "\xc0\x80"}',
    b'{"question": "\xed\xa0\x80"}',
    b'{"question": "\\ud800"}',
    b'{"question": "\\udc00\\ud800"}',
    b'{"question": "a", "question": "b"}',
    b'{"a": {"b": 1, "b": 2}}',
    b'{"question": ' + b"[" * 10_000 + b"}",
    b'{"question": ' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"question": "a"} trailing',
    b"{'question': 'a'}",
    b'{"question": "a\nb"}',
    b"\x00" * 100,
    b"\xef\xbb\xbf{}",
    '{"question": "a"}'.encode("utf-16"),
)
WRONG_VALUES: tuple[object, ...] = (
    None, True, 0, -1, 10**18, 1.5, "", " \n", "\x00", "a\x00b", "\u202e\u0000", "x" * 5000,
    "\U0001f4a5" * 2000, [], ["a"], [[[]]], {}, {"a": 1}, {"__proto__": {"a": 1}}, ["a"] * 5000,
)  # fmt: skip
WRONG_TYPES = (
    b"",
    b"text/plain",
    b"text/html; charset=utf-8",
    b"multipart/form-data; boundary=x",
    b"application/x-www-form-urlencoded",
    b"application/xml",
    b"application/json; charset=utf-16",
    b"application/jsonx",
    b"\xff\xfe",
)
STRANGE_IDS = (
    "x", "q_", "c_", "q_" + "A" * 32, "q_" + "/" * 32, "x" * 3000, "%00", "a%00b", "%0d%0aX-Evil:%201", "%ff", "%ed%a0%80",
    "%2e%2e", "..%2f..%2fetc%2fpasswd", "%25%32%65", "7f000000-0000-4000-8000-000000000001", "' OR 1=1 --",
    "{query_id}", "%F0%9F%92%A5", "-1", "0", "null", "../v1/config", ";a=b", "a?b", "*",
)  # fmt: skip
FILES = (
    "..%2f..%2fpyproject.toml", "%2e%2e%2f%2e%2e%2fpyproject.toml", "....//pyproject.toml", "..%5c..%5cpyproject.toml",
    "..%252f..%252fpyproject.toml", "../../pyproject.toml", "demo.html", "manifest.json", "loader.js%00.abcdef12.js",
    "%2fetc%2fpasswd", "a.abcdef12.js%0a", "..%c0%af..%c0%afpyproject.toml", "C:%5cboot.ini", ".abcdef12.js",
)  # fmt: skip


@dataclass(frozen=True)
class Attack:
    """One request.

    Attributes:
        name: What is wrong with it.
        raw: Its bytes.
        statuses: What it may be answered with; None admits whatever the route serves, and every refusal.
    """

    name: str
    raw: bytes
    statuses: frozenset[int] | None = None


def attacks(case: RouteCase, world: World, mine: Belongings, theirs: Belongings) -> Iterator[Attack]:
    """Everything that is tried on a route."""
    yield from _methods(case, world, mine)
    yield from _headers(case, world, mine)
    yield from _identities(case, world, mine)
    yield from _ids(case, world, mine, theirs)
    yield from _bodies(case, world, mine)


def only(*statuses: int) -> frozenset[int]:
    """Exactly these statuses."""
    return frozenset(statuses)


def _methods(case: RouteCase, world: World, mine: Belongings) -> Iterator[Attack]:
    served = methods_by_path()[case.path]
    # A fixed path may lie below another route's parameter, whose method then answers for it.
    for method in METHODS:
        if method not in served:
            raw = request(method, case.target(mine).encode(), case.authorization(world, mine))
            yield Attack(method, raw, only(405))
    if "GET" in served:
        yield Attack("HEAD", request("HEAD", case.target(mine).encode(), case.authorization(world, mine)))


def _headers(case: RouteCase, world: World, mine: Belongings) -> Iterator[Attack]:
    # Origin is told apart elsewhere: without a page's origin every session is good anywhere.
    strange: list[tuple[bytes, bytes]] = [
        *((b"Last-Event-ID", value) for value in (b"x", b".", b"-1", b"9" * 400, b"\xff", b"q_x.1")),
        *((b"Last-Event-ID", f"{mine.query_id}.{n}".encode()) for n in ("x", "-1", "1e3", "9" * 15, "9" * 16)),
        *((b"If-None-Match", value) for value in (b"*", b'"', b"W/", b"," * 2000, b'"a", W/"b"', b"\xff\xfe")),
        *((b"traceparent", value) for value in (b"00-0-0-0", b"ff" * 300, b"\xff", b"00-" + b"0" * 32 + b"-" + b"0" * 16)),
        (b"tracestate", b"a=1," * 500 + b"=,\xff"),
        *((b"Accept-Encoding", value) for value in (b"gzip;q=nan", b";;;", b"gzip," * 500, b"\xff")),
        *((b"Idempotency-Key", value) for value in (b"", b"a b", b"x" * 201, b"\x7f", b"\xff")),
        *((b"Content-Encoding", value) for value in (b"gzip", b"br", b"\xff")),
        *((b"Expect", value) for value in (b"100-continue", b"nonsense")),
        *((b"X-Forwarded-For", b"1.2.3.4"), (b"X-Forwarded-Host", b"evil.example"), (b"Forwarded", b"host=evil")),
        *((b"x-causeway-tenant", b"rival"), (b"x-causeway-access", b"board"), (b"Cookie", b"a=" + b"b" * 4000)),
        *((b"Range", b"bytes=0-0,0-1,0-2"), (b"Upgrade", b"h2c"), (b"Connection", b"authorization, host")),
        (b"X-Long", b"y" * 16 * 1024),
    ]  # fmt: skip
    target, own = case.target(mine).encode(), case.authorization(world, mine)
    for name, value in strange:
        headers = [*case.authorization(world, mine), (name, value)]
        yield Attack(f"{name!r} {value[:40]!r}", request(case.method, target, headers))
    many = [(b"X-%d" % n, b"v") for n in range(500)]
    yield Attack("500 headers", request(case.method, target, [*own, *many]))
    long = [(b"X-Long", b"y" * 70 * 1024)]
    yield Attack("a head of 70 KiB", request(case.method, target, [*own, *long]), only(400))
    yield Attack("a path of 70 KiB", request(case.method, target + b"/" + b"y" * 70 * 1024, own), only(400))
    for origin in ORIGINS:
        refused = only(403) if case.session or case.path == "/v1/sessions" else None
        body = b"{}" if case.body else None
        headers = [*case.authorization(world, mine), JSON, (b"Origin", origin)]
        yield Attack(f"origin {origin[:40]!r}", request(case.method, target, headers, body), refused)


def _identities(case: RouteCase, world: World, mine: Belongings) -> Iterator[Attack]:
    if case.session:
        bad = bad_sessions(world, mine.session)
    elif case.path == "/v1/sessions":
        bad = bad_host_tokens(world, world.demo, world.rival)
    else:
        return
    target, refused = case.target(mine).encode(), only(401)
    body = json.dumps(case.body(mine)).encode() if case.body else None

    def attack(name: str, *headers: tuple[bytes, bytes]) -> Attack:
        return Attack(name, request(case.method, target, [*headers, JSON], body), refused)

    yield attack("no token")
    for name, token in bad.items():
        yield attack(f"token: {name}", bearer(token))
    good = mine.session if case.session else world.demo.host_token()
    yield attack("two tokens", bearer(good), bearer(good))
    for value in (b"", b"Bearer", b"Bearer ", b"Basic YTpi", b"Token x", b"\xff\xfe", b"Bearer \xff"):
        yield attack(f"authorization {value!r}", (b"Authorization", value))


def _ids(case: RouteCase, world: World, mine: Belongings, theirs: Belongings) -> Iterator[Attack]:
    if not case.owned:
        return
    own = case.authorization(world, mine)
    foreign = [getattr(theirs, case.owned)] if case.session else list(FILES)
    for value in (*foreign, *STRANGE_IDS):
        safe = quote(value, safe="%/{}?;*'=-._~")
        raw = request(case.method, case.with_id(safe).encode(), own)
        # A slash or a question mark leads elsewhere: to nothing, or to a route with another method.
        elsewhere = only(404, 405, *case.served) if any(c in safe for c in "/?") else only(404)
        yield Attack(f"id {value[:40]}", raw, only(400, 404) if "%" in value else elsewhere)


def _bodies(case: RouteCase, world: World, mine: Belongings) -> Iterator[Attack]:
    target, own = case.target(mine).encode(), [*case.authorization(world, mine), JSON]
    large = b'{"question": "' + b"a" * (1024 * 1024) + b'"}'
    if case.body is None:
        yield Attack("a body that nobody asked for", request(case.method, target, own, large))
        return
    yield Attack("1 MiB", request("POST", target, own, large), only(413))
    yield Attack("1 MiB in chunks", chunked("POST", target, own, large), only(413))
    for raw in BAD_JSON:
        yield Attack(f"body {raw[:40]!r}", request("POST", target, own, raw), only(400))
    for kind in WRONG_TYPES:
        headers = [*own[:-1], (b"Content-Type", kind)]
        yield Attack(f"type {kind!r}", request("POST", target, headers, b"{}"), only(415))
    good = case.body(mine)
    for name in good:
        for value in WRONG_VALUES:
            raw = json.dumps(good | {name: value}).encode()
            yield Attack(f"{name} = {value!r:.40}", request("POST", target, own, raw))
        twice = json.dumps(good)[:-1] + ", " + json.dumps({name: good[name]})[1:]
        yield Attack(f"{name} twice", request("POST", target, own, twice.encode()), only(400))
    for name in case.required:
        raw = json.dumps({key: value for key, value in good.items() if key != name}).encode()
        yield Attack(f"no {name}", request("POST", target, own, raw), only(422))
