"""Reading bodies."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict
from starlette.requests import ClientDisconnect, Request

from libs.common.errors import InvalidRequest
from services.edge_gateway.bodies import (
    BodyLimits,
    parse_object,
    read_model,
    read_optional_model,
    validated,
)
from services.edge_gateway.problem import BodyTooLarge, BodyTooSlow, Unprocessable, UnsupportedType

JSON = {"content-type": "application/json"}
LIMITS = BodyLimits(max_bytes=100, seconds=5.0)


class Inner(BaseModel):
    model_config = ConfigDict(strict=True)
    url: str = ""


class Form(BaseModel):
    model_config = ConfigDict(strict=True)
    question: str
    page: Inner | None = None


def request(
    headers: dict[str, str], chunks: Sequence[bytes], *, stall: bool = False, leave: bool = False
) -> Request:
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": c, "more_body": True} for c in chunks]
    if not stall and not leave:
        messages.append({"type": "http.request", "body": b"", "more_body": False})
    if leave:
        messages.append({"type": "http.disconnect"})

    async def receive() -> Any:
        if not messages:
            await asyncio.Event().wait()
        return messages.pop(0)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw}, receive)


async def test_a_json_object_is_read_in_pieces_with_its_bytes() -> None:
    form, raw = await read_model(request(JSON, [b'{"quest', b'ion": "a"}']), Form, LIMITS)

    assert form == Form(question="a")
    assert raw == b'{"question": "a"}'


async def test_unknown_fields_are_passed_over() -> None:
    form, _ = await read_model(request(JSON, [b'{"question": "a", "new": {"x": 1}}']), Form, LIMITS)

    assert form.question == "a"


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        'application/json;charset="UTF-8"',
    ],
)
async def test_json_is_announced_in_several_ways(kind: str) -> None:
    form, _ = await read_model(request({"content-type": kind}, [b'{"question": "a"}']), Form, LIMITS)

    assert form.question == "a"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/x-www-form-urlencoded"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "application/problem+json"},
        {"content-type": "application/json", "content-encoding": "gzip"},
    ],
)
async def test_another_type_is_refused(headers: dict[str, str]) -> None:
    with pytest.raises(UnsupportedType):
        await read_model(request(headers, [b'{"question": "a"}']), Form, LIMITS)


async def test_a_body_that_is_announced_too_long_is_not_read() -> None:
    unread = request({**JSON, "content-length": "101"}, [], stall=True)

    with pytest.raises(BodyTooLarge):
        await read_model(unread, Form, LIMITS)


async def test_a_body_that_turns_out_too_long_is_not_read_to_its_end() -> None:
    endless = request(JSON, [b"x" * 60, b"x" * 60], stall=True)

    with pytest.raises(BodyTooLarge):
        await read_model(endless, Form, LIMITS)


async def test_a_body_of_exactly_the_limit_is_read() -> None:
    body = b'{"question": "' + b"a" * 84 + b'"}'
    assert len(body) == 100

    form, _ = await read_model(request({**JSON, "content-length": "100"}, [body]), Form, LIMITS)
    assert len(form.question) == 84


async def test_a_body_that_takes_too_long_is_given_up() -> None:
    slow = request(JSON, [b'{"quest'], stall=True)

    with pytest.raises(BodyTooSlow):
        await read_model(slow, Form, BodyLimits(max_bytes=100, seconds=0.01))


async def test_a_client_that_leaves_needs_no_answer() -> None:
    with pytest.raises(ClientDisconnect):
        await read_model(request(JSON, [b"{"], leave=True), Form, LIMITS)


async def test_an_optional_body_may_be_missing_but_not_of_another_type() -> None:
    assert (await read_optional_model(request({}, []), Inner, LIMITS)).url == ""
    assert (await read_optional_model(request(JSON, []), Inner, LIMITS)).url == ""
    assert (await read_optional_model(request(JSON, [b'{"url": "u"}']), Inner, LIMITS)).url == "u"
    with pytest.raises(UnsupportedType):
        await read_optional_model(request({}, [b'{"url": "u"}']), Inner, LIMITS)
    with pytest.raises(UnsupportedType):
        await read_optional_model(request({"content-type": "text/plain"}, []), Inner, LIMITS)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"nonsense",
        b"{",
        b'{"a": 1,}',
        b"{'a': 1}",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 01}',
        b'{"a": "\xff"}',
        b'{"a": "\xed\xa0\x80"}',
        b'{"a": "\\ud800"}',
        b'{"a": "\x00"}',
        b'\xef\xbb\xbf{"a": 1}',
        '{"a": 1}'.encode("utf-16"),
        b'{"a": ' + b"[" * 5000 + b"]" * 5000 + b"}",
        b'{"a": 1}{"b": 2}',
        b"[1]",
        b'"a"',
        b"7",
        b"null",
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"a": ' + b"1" * 5000 + b"}",
    ],
)
def test_what_is_no_strict_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidRequest):
        parse_object(raw)


@pytest.mark.parametrize("depth", [1, 100, 900, 1000, 1023, 1100, 30_000])
def test_deep_nesting_is_read_or_refused_and_never_a_fault(depth: int) -> None:
    raw = b'{"a": ' + b"[" * depth + b"]" * depth + b"}"
    try:
        assert set(parse_object(raw)) == {"a"}
    except InvalidRequest:
        assert depth > 100


@given(st.binary(max_size=200))
def test_any_bytes_are_an_object_or_refused(raw: bytes) -> None:
    with contextlib.suppress(InvalidRequest):
        assert isinstance(parse_object(raw), dict)


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({}, "question"),
        ({"question": None}, "question"),
        ({"question": 7}, "question"),
        ({"question": ["a"]}, "question"),
        ({"question": "a", "page": "x"}, "page"),
        ({"question": "a", "page": {"url": 7}}, "page.url"),
    ],
)
def test_the_field_that_is_wrong_is_named_and_its_value_is_not(value: dict[str, Any], field: str) -> None:
    with pytest.raises(Unprocessable) as caught:
        validated(Form, value)

    assert caught.value.field == field
    assert field in caught.value.detail


def test_a_wrong_value_is_not_repeated() -> None:
    with pytest.raises(Unprocessable) as caught:
        validated(Form, {"question": {"secret": "hunter2"}})

    assert "hunter2" not in caught.value.detail
