"""Streams of documents that are absurd, and bounded all the same."""

from __future__ import annotations

from collections.abc import Iterator

from google.protobuf.message import Message

from tests.e2e.hostile_calls import EXPECTED, INVALID, Code
from tests.e2e.hostile_methods import documents, header, source

_PIECE = 256 * 1024


def absurd_streams() -> Iterator[tuple[str, Iterator[Message], set[Code] | frozenset[Code]]]:
    """What is absurd about it, the messages, the codes that it may end with."""
    ok = {Code.OK}
    yield (
        "60 MiB in pieces",
        _flow(source(), header("large.txt"), *[bytes(_PIECE)] * 240, header("b.txt"), b"x"),
        ok,
    )
    yield "headers alone", _flow(source(), *(header(f"{n}.txt") for n in range(500))), ok
    yield "the same header", _flow(source(), *[header("same.txt")] * 2000), ok
    yield "refused headers", _flow(source(), *[header("")] * 3000), ok
    yield "pieces of nothing", _flow(source(), header("empty.txt"), *[b""] * 3000), ok
    yield "pieces of a refused document", _flow(source(), header("a.exe"), *[b"x" * _PIECE] * 40), ok
    yield "a source again at the end", _flow(source(), header("a.txt"), b"x", source()), {INVALID}
    yield "nothing but a source, complete", _flow(source("none", complete=True)), ok
    yield "messages of nothing", _flow(source(), *[None] * 500), {INVALID}
    tags = header("tags.txt", access=[f"t{n}" for n in range(100_000)])
    yield "100,000 tags", _flow(source(), tags, b"x"), EXPECTED


def _flow(*parts: object) -> Iterator[Message]:
    for part in parts:
        yield from documents(part)
