"""The parsers' process, with a parser that does what a document's content says."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from services.retrieval import parser_child
from services.retrieval.parsed_document import DocumentWriter, ParsedDocument

ANSWERS = 4
"""The child's second own descriptor, on which it answers."""

_kept: list[bytes] = []


def parse(content: bytes, content_type: str, uri: str) -> ParsedDocument:
    what = content.decode()
    if what in TROUBLES:
        TROUBLES[what](uri)
    if what == "environment":
        return document(" ".join(sorted(os.environ)) + f" {os.getpid()}")
    return document(what)


def spin(_: str) -> None:
    while True:
        pass


def grow(_: str) -> None:
    while True:
        _kept.append(b"x" * 10_000_000)


def leave(_: str) -> None:
    os._exit(3)


def leave_the_second_time(_: str) -> None:
    _kept.append(b"")
    if len(_kept) > 1:
        os._exit(3)


def write(path: str) -> None:
    Path(path).write_bytes(b"x" * 10_000)


def babble(_: str) -> None:
    os.write(ANSWERS, b"\0\0\0\2hi")
    time.sleep(600)


def nest(_: str) -> None:
    _nest(sys.getrecursionlimit() + 10)


def _nest(depth: int) -> None:
    if depth:
        _nest(depth - 1)


def print_an_answer(_: str) -> None:
    print("\0\0\0\1x")
    os.write(1, b"\0\0\0\1x")


TROUBLES: Mapping[str, Callable[[str], object]] = {
    "sleep": lambda _: time.sleep(600),
    "spin": spin,
    "grow": grow,
    "crash": lambda _: ctypes.string_at(0),
    "leave": leave,
    "leave the second time": leave_the_second_time,
    "connect": lambda _: socket.create_connection(("127.0.0.1", 9)),
    "start": lambda _: subprocess.run(["/bin/true"], check=True),
    "write": write,
    "babble": babble,
    "nest": nest,
    "print": print_an_answer,
}


def document(text: str) -> ParsedDocument:
    writer = DocumentWriter()
    writer.block("paragraph", text)
    return writer.finish("Title")


if __name__ == "__main__":
    parser_child.parse = parse  # type: ignore[attr-defined]
    parser_child.main()
