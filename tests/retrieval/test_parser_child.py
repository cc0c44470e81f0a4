"""The process in which documents are parsed, spoken to as its parent does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson

from services.retrieval.parsed_document_json import load_reply
from services.retrieval.parser_child import LENGTH
from services.retrieval.parsing import parse

ROOT = Path(__file__).resolve().parents[2]
REQUEST = orjson.dumps({"content_type": "text/plain", "uri": "a.txt"})


def frames(*parts: bytes) -> bytes:
    return b"".join(LENGTH.pack(len(part)) + part for part in parts)


def answers(stdin: bytes) -> list[bytes]:
    command = [sys.executable, "-m", "services.retrieval.parser_child", "512", "30"]
    done = subprocess.run(command, cwd=ROOT, input=stdin, capture_output=True, check=True, timeout=60)
    found, rest = [], done.stdout
    while rest:
        (length,) = LENGTH.unpack(rest[: LENGTH.size])
        found.append(rest[LENGTH.size : LENGTH.size + length])
        rest = rest[LENGTH.size + length :]
    return found


def test_each_request_is_answered_and_the_end_of_the_input_is_the_end() -> None:
    first, second = answers(frames(REQUEST, b"One.") + frames(REQUEST, b"Two."))
    assert load_reply(first) == parse(b"One.", "text/plain", "a.txt")
    assert load_reply(second).text == "Two."


def test_a_request_that_breaks_off_is_not_answered() -> None:
    assert answers(frames(REQUEST, b"One.") + frames(REQUEST) + LENGTH.pack(100) + b"Two") != []
    assert answers(LENGTH.pack(9)[:2]) == []
