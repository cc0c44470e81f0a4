"""Reads request bodies within bounds of size, time and form."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request

from libs.common.errors import InvalidRequest
from services.edge_gateway.problem import BodyTooLarge, BodyTooSlow, Unprocessable, UnsupportedType

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How much patience a body gets.

    Attributes:
        max_bytes: Longest body.
        seconds: Until the whole body must have arrived.
    """

    max_bytes: int = 64 * 1024
    seconds: float = 10.0


async def read_model(request: Request, model: type[M], limits: BodyLimits) -> tuple[M, bytes]:
    """Reads a JSON object of a known form; returns it with the bytes it was read from.

    Unknown fields are passed over, so that newer clients can talk to older edges.

    Raises:
        InvalidRequest: The body is too long, too slow, of another type, not JSON, or a field of it is
            missing or wrong; the error names the field.
        ClientDisconnect: The client left.
    """
    _require_json(request.headers)
    raw = await read_body(request, limits)
    return validated(model, parse_object(raw)), raw


async def read_optional_model(request: Request, model: type[M], limits: BodyLimits) -> M:
    """Reads like `read_model`; no body at all is an empty object."""
    if "content-type" in request.headers:
        _require_json(request.headers)
    raw = await read_body(request, limits)
    if raw and "content-type" not in request.headers:
        _require_json(request.headers)
    return validated(model, parse_object(raw) if raw else {})


async def read_body(request: Request, limits: BodyLimits) -> bytes:
    """Reads a body.

    Raises:
        BodyTooLarge: It is longer than allowed; a declared length is believed at once.
        BodyTooSlow: It has not arrived in time.
        ClientDisconnect: The client left.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limits.max_bytes:
        raise _too_large(limits)
    chunks: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(limits.seconds):
            while more:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > limits.max_bytes:
                    raise _too_large(limits)
                more = message.get("more_body", False)
    except TimeoutError:
        raise BodyTooSlow(f"The body did not arrive within {limits.seconds:g} seconds.") from None
    return b"".join(chunks)


def parse_object(raw: bytes) -> dict[str, Any]:
    """Parses a JSON object strictly: UTF-8, no NaN, no lone surrogates, no name twice.

    Raises:
        InvalidRequest: It is something else.
    """
    try:
        value = orjson.loads(raw)
        json.loads(raw.decode(), object_pairs_hook=_unique)
    except _DuplicateName:
        raise InvalidRequest("The body names a field twice.") from None
    except (ValueError, RecursionError):
        raise InvalidRequest("The body is not valid JSON in UTF-8.") from None
    if not isinstance(value, dict):
        raise InvalidRequest("The body is not a JSON object.")
    return value


def validated(model: type[M], value: dict[str, Any]) -> M:
    """Checks the fields of an object.

    Raises:
        Unprocessable: One is missing or wrong; only the first is named, its value never repeated.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        reason = first["msg"].removeprefix("Value error, ")
        raise Unprocessable(f"The field {field} is wrong: {reason}.", field=field) from None


def _require_json(headers: Headers) -> None:
    kind, _, parameters = headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "application/json":
        raise UnsupportedType("Send the body as application/json.", field="Content-Type")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if charset not in {"", "utf-8", "utf8"}:
        raise UnsupportedType("Send the body in UTF-8.", field="Content-Type")
    if headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedType("Send the body without a content encoding.", field="Content-Encoding")


def _too_large(limits: BodyLimits) -> BodyTooLarge:
    return BodyTooLarge(f"The body is longer than {limits.max_bytes} bytes.")


class _DuplicateName(Exception):
    """A JSON object names a member twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _DuplicateName
    return found
