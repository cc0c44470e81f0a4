"""Messages that no good client sends: noise, too much, and good ones with something random done to them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import DecodeError, Message

from tests.e2e.hostile_calls import request_class
from tests.e2e.hostile_mutations import SEED

TOO_LARGE = b"\x0a\x80\x80\xc0\x02" + b"a" * (5 << 20)
"""A first field of 5 MiB; servers take 4."""

NOISE = (
    b"\xff" * 10,
    b"\x08",
    b"\x0a\xff\xff\xff\xff\x0f",
    b"\x0a\x02\xff\xfe",
    b"\x1a\x03\xed\xa0\x80",
    b"\x0b" * 100_000,
    b"\x0a\x00" * 100_000,
    b"\x00",
    b"\x07\x07",
    b"GET / HTTP/1.1\r\n\r\n",
    b"{}",
)

_TEXTS = (
    *("", " ", "\x00", "\n", "a", "demo", "rival", "stable", "canary", "en", "failed", "main", "balanced-1"),
    *("x" * 300, "x" * 5000, "ß" * 3000, "\U0001f4a5" * 1500, "\u202e\ufeff\uffff", "a\x00b", "../../etc/passwd"),
    *("' OR 1=1 --", "%s%n", "{{question}}", "[1]" * 300, "(" * 2000, "a.b " * 500, "1. " * 600, "- x\n" * 500),
    *("q_" + "A" * 32, "0" * 64, "7f000000-0000-4000-8000-000000000001", "https://x.example/a?b#c", "http://[::1"),
)  # fmt: skip
_NUMBERS = (0, 1, -1, 5, 50, 51, 500, 1000, 2**31 - 1, -(2**31), 2**63 - 1, -(2**63))


def is_noise(method: MethodDescriptor, content: bytes) -> bool:
    """Whether bytes are no message of a method."""
    try:
        request_class(method).FromString(content)
    except (DecodeError, UnicodeDecodeError):
        return True
    return False


class RandomMessages:
    """Does random things to messages.

    Args:
        name: The method; every method has numbers of its own.
    """

    def __init__(self, name: str) -> None:
        self._random = random.Random(f"{SEED} {name}")

    def changed(self, messages: list[Message]) -> Iterator[bytes]:
        """Yields the bytes of messages of which some are changed, repeated, left out or flipped."""
        for message in messages:
            for _ in range(self._random.choice((0, 1, 1, 1, 1, 1, 1, 2)) or (len(messages) == 1)):
                for _ in range(self._random.choice((0, 1, 1, 2, 3))):
                    self._change(message)
                content = message.SerializeToString()
                yield self._flipped(content) if self._random.random() < 0.1 else content

    def _change(self, message: Message, depth: int = 3) -> None:
        fields: Sequence[Any] = message.DESCRIPTOR.fields
        if not fields:
            return
        field = self._random.choice(fields)
        if field.type == FieldDescriptor.TYPE_MESSAGE:
            inner = getattr(message, field.name)
            if depth:
                self._change(inner.add() if _is_repeated(field) else inner, depth - 1)
            if not _is_repeated(field):
                inner.SetInParent()
        elif _is_repeated(field):
            count = self._random.choice((0, 1, 2, 12, 101, 1001))
            value = self._value(field)
            short = value[:50] if isinstance(value, str | bytes) else value
            getattr(message, field.name)[:] = [short] * count
        else:
            setattr(message, field.name, self._value(field))

    def _value(self, field: FieldDescriptor) -> Any:
        if field.type == FieldDescriptor.TYPE_STRING:
            return self._random.choice(_TEXTS)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return self._random.choice((b"", b"\x00", b"# A\n\nWords.\n", self._random.randbytes(5000)))
        if field.type == FieldDescriptor.TYPE_BOOL:
            return self._random.random() < 0.5
        if field.type in (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT):
            return self._random.choice((0.0, -1.0, 1e300, float("nan"), float("inf")))
        value = self._random.choice(_NUMBERS)
        wide = field.type in (
            FieldDescriptor.TYPE_INT64,
            FieldDescriptor.TYPE_SINT64,
            FieldDescriptor.TYPE_SFIXED64,
        )
        return value if wide or -(2**31) <= value < 2**31 else value % 2**31

    def _flipped(self, content: bytes) -> bytes:
        changed = bytearray(content or b"\x00")
        for _ in range(self._random.choice((1, 2, 8))):
            changed[self._random.randrange(len(changed))] = self._random.randrange(256)
        return bytes(changed)


def _is_repeated(field: FieldDescriptor) -> bool:
    return bool(field.is_repeated)
