"""Bytes that are almost HTTP/1.1: whoever reads them generously can be made to serve a smuggled request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SMUGGLED = b"GET /.well-known/jwks.json HTTP/1.1\r\nHost: edge.test\r\n\r\n"
"""What must never be served: its answer is told by its media type and content."""
SERVED = b'"keys":'

_START = b"POST /v1/sessions HTTP/1.1\r\nHost: edge.test\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n"
_GET = b"GET /healthz HTTP/1.1\r\n"


@dataclass(frozen=True)
class Malformed:
    """Bytes on a connection of their own.

    Attributes:
        name: What is wrong with them.
        raw: The bytes.
        refused: Whether the first answer must be a refusal, or none at all.
    """

    name: str
    raw: bytes
    refused: bool = True


def malformed() -> Iterator[Malformed]:
    """Everything that is tried."""
    yield from _lengths()
    yield from _codings()
    yield from _lines()
    yield from _strangers()


def _lengths() -> Iterator[Malformed]:
    for value in (
        b"-1",
        b"+5",
        b"0x5",
        b"5 5",
        b"5,5",
        b"5, 6",
        b"1e1",
        b"",
        b"five",
        b"9" * 30,
        b"\x0b5",
        b"5;a",
        b"\xb2",
    ):
        yield Malformed(
            f"length {value!r}", _START + b"Content-Length: " + value + b"\r\n\r\nhello" + SMUGGLED
        )
    twice = b"Content-Length: 5\r\nContent-Length: %d\r\n\r\nhello"
    yield Malformed("two lengths", _START + twice % 60 + SMUGGLED)
    yield Malformed("the same length twice", _START + twice % 5 + SMUGGLED)
    yield Malformed("a space before the colon", _START + b"Content-Length : 5\r\n\r\nhello" + SMUGGLED)
    yield Malformed("a space before the name", _START + b" Content-Length: 5\r\n\r\nhello" + SMUGGLED)
    yield Malformed("a length without a colon", _START + b"Content-Length 5\r\n\r\nhello" + SMUGGLED)
    yield Malformed("a length with a NUL", _START + b"Content-Length: 5\x00\r\n\r\nhello" + SMUGGLED)


def _codings() -> Iterator[Malformed]:
    both = b"Content-Length: %d\r\n" + _CHUNKED + b"\r\n"
    yield Malformed("CL.TE", _START + both % 6 + b"0\r\n\r\nG")
    yield Malformed("CL.TE, a whole request", _START + both % (5 + len(SMUGGLED)) + b"0\r\n\r\n" + SMUGGLED)
    yield Malformed("TE.CL", _START + both % 4 + b"%x\r\n%b\r\n0\r\n\r\n" % (len(SMUGGLED), SMUGGLED))
    reverse = _START + _CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n"
    yield Malformed("TE before CL", reverse + SMUGGLED)
    for value in (
        *(
            b"xchunked",
            b"identity",
            b"gzip",
            b"chunked, identity",
            b"chunked, chunked",
            b"\x0bchunked",
            b"chunked\x00",
        ),
        *(b'"chunked"', b"chunked;a=b", b"", b"gzip, chunked, gzip", b"chun\tked"),
    ):
        head = _START + b"Transfer-Encoding: " + value + b"\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
        yield Malformed(f"coding {value!r}", head + SMUGGLED)
    yield Malformed(
        "two codings", _START + _CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SMUGGLED
    )
    yield Malformed(
        "chunks to HTTP/1.0", _START.replace(b"/1.1", b"/1.0") + both % 5 + b"0\r\n\r\n" + SMUGGLED
    )
    for size in (b"zz", b"-1", b"+1", b"0x5", b"5 ", b" 5", b"F" * 20, b"", b"5\n", b"5\rX"):
        yield Malformed(
            f"chunk {size!r}", _START + _CHUNKED + b"\r\n" + size + b"\r\nhello\r\n0\r\n\r\n" + SMUGGLED
        )
    body = _START + _CHUNKED + b"\r\n"
    yield Malformed("a chunk that is longer than it says", body + b"2\r\nhello\r\n0\r\n\r\n" + SMUGGLED)
    yield Malformed("bare LF in a chunk", body + b"5\nhello\n0\n\n" + SMUGGLED)
    yield Malformed("an endless extension", body + b"5;" + b"a" * 100_000 + b"\r\nhello\r\n0\r\n\r\n")
    yield Malformed("an endless trailer", body + b"0\r\n" + b"X: y\r\n" * 20_000 + b"\r\n")


def _lines() -> Iterator[Malformed]:
    yield Malformed("bare LF", b"GET /healthz HTTP/1.1\nHost: edge.test\n\n" + SMUGGLED)
    yield Malformed("bare LF in a header", _GET + b"Host: edge.test\nX: y\r\n\r\n" + SMUGGLED)
    yield Malformed("bare CR in a header", _GET + b"Host: edge.test\rX: y\r\n\r\n" + SMUGGLED)
    yield Malformed("obs-fold", _GET + b"Host: edge.test\r\nX: a\r\n b\r\n\r\n" + SMUGGLED)
    yield Malformed("obs-fold of a length", _START + b"Content-Length:\r\n 5\r\n\r\nhello" + SMUGGLED)
    yield Malformed("a NUL in a value", _GET + b"Host: edge.test\r\nX: a\x00b\r\n\r\n" + SMUGGLED)
    yield Malformed("a control in a name", _GET + b"Host: edge.test\r\nX\x01: a\r\n\r\n" + SMUGGLED)
    yield Malformed("no name", _GET + b"Host: edge.test\r\n: a\r\n\r\n" + SMUGGLED)
    yield Malformed("no host", _GET + b"\r\n" + SMUGGLED)
    yield Malformed("two hosts", _GET + b"Host: edge.test\r\nHost: evil.example\r\n\r\n" + SMUGGLED)
    for target in (
        b"",
        b"healthz",
        b"/\x00",
        b"/\xff",
        b"/a b",
        b"http://[::1",
        b"*",
        b"\t/healthz",
        b"//%",
        b"http://",
    ):
        line = b"GET " + target + b" HTTP/1.1\r\nHost: edge.test\r\n\r\n"
        yield Malformed(f"target {target!r}", line + SMUGGLED, refused=target not in (b"//%", b"*"))
    for version in (
        b"HTTP/9.9",
        b"HTTP/0.9",
        b"HTTP/1.1.1",
        b"HTTP/",
        b"HTTP/11",
        b"http/1.1",
        b"XTTP/1.1",
        b"",
    ):
        yield Malformed(
            f"version {version!r}", b"GET /healthz " + version + b"\r\nHost: edge.test\r\n\r\n" + SMUGGLED
        )
    for method in (b"get", b"G ET", b"GET\x00", b"\xffGET", b"NONSENSE", b"X" * 10_000):
        yield Malformed(
            f"method {method[:9]!r}", method + b" /healthz HTTP/1.1\r\nHost: edge.test\r\n\r\n" + SMUGGLED
        )


def _strangers() -> Iterator[Malformed]:
    yield Malformed("nothing", b"")
    yield Malformed("line breaks", b"\r\n" * 5000)
    yield Malformed("noise", bytes(range(256)) * 100)
    yield Malformed("a TLS hello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500)
    yield Malformed("an HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00" * 9)
    yield Malformed("an SSH banner", b"SSH-2.0-x\r\n")
    yield Malformed("half a request", b"GET /healthz HTTP/1.1\r\nHos")
    yield Malformed("half a body", _START + b"Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{")
    yield Malformed("a tunnel", b"CONNECT edge.test:443 HTTP/1.1\r\nHost: edge.test\r\n\r\n" + SMUGGLED)
    upgrade = b"Upgrade: %b\r\nConnection: Upgrade\r\n"
    for protocol in (b"websocket", b"h2c"):
        head = _GET + b"Host: edge.test\r\n" + upgrade % protocol + b"\r\n"
        yield Malformed(f"an upgrade to {protocol!r}", head, refused=False)
    garbage = _GET + b"Host: edge.test\r\n\r\n" + b"\x00" * 50
    yield Malformed("noise after a request", garbage, refused=False)
