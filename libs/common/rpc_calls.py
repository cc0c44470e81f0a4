"""The one server interceptor: identity in front of every call, the error vocabulary behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, suppress
from typing import Any, cast

import grpc
from google.protobuf.message import DecodeError

from libs.common.caller import set_current_caller
from libs.common.caller_metadata import PREFIX, from_metadata
from libs.common.errors import (
    CausewayError,
    DeadlineExceeded,
    Forbidden,
    InternalError,
    InvalidRequest,
    Unauthenticated,
)
from libs.common.logs import logger
from libs.common.rpc_errors import encode
from libs.common.rpc_observation import TRACE_KEYS, Observation, observed_call
from libs.common.rpc_policy import MethodPolicy
from libs.common.service_tokens import ServiceTokenVerifier

log = logger(__name__)

Context = grpc.aio.ServicerContext[Any, Any]

_OPEN_SERVICES = ("/grpc.health.v1.Health/", "/grpc.reflection.")
_UNREADABLE = object()
_HEARD_SECONDS = 1.0
_PAUSE_SECONDS = 0.05
"""Silence after which a client is taken to wait for its answer."""


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Establishes the caller before any work and turns every exception into a typed status.

    Args:
        verifier: Verifies the service tokens meant for this service.
        policy: What each method asks, by its short name; a method that is not listed is refused.
    """

    def __init__(self, verifier: ServiceTokenVerifier, policy: Mapping[str, MethodPolicy]) -> None:
        self._verifier = verifier
        self._policy = policy
        self._wrapped: dict[str, tuple[Any, Any]] = {}

    async def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], Awaitable[Any]],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Any:
        """Wraps the handler of a call."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or method.startswith(_OPEN_SERVICES):
            return handler
        # The server hands out the same handler for every call of a method; what is unknown has none.
        known, wrapped = self._wrapped.get(method, (None, None))
        if known is not handler:
            wrap = self._streaming if handler.response_streaming else self._unary
            wrapped = _rebuild(handler, wrap(method.rpartition("/")[2], _behaviour(handler)))
            self._wrapped[method] = (handler, wrapped)
        return wrapped

    def _unary(self, name: str, behaviour: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(request: Any, context: Context) -> Any:
            metadata = _text_metadata(context)
            with observed_call(name, metadata) as observation:
                try:
                    self._admit(name, context, metadata)
                    return await behaviour(_readable(request), context)
                except Exception as error:  # noqa: BLE001 - the boundary where every error gets a type
                    await _hear_out(request, context)
                    await _abort(name, error, context, observation)

        return call

    def _streaming(self, name: str, behaviour: Callable[..., Any]) -> Callable[..., Awaitable[None]]:
        # The handler returns an async generator: its errors come while iterating, not while calling. This
        # is none: a client that leaves while a response is being sent would leave the clean-up of a
        # generator to the garbage collector, which does it late and in another context.
        async def call(request: Any, context: Context) -> None:
            metadata = _text_metadata(context)
            with observed_call(name, metadata) as observation:
                try:
                    self._admit(name, context, metadata)
                    async with aclosing(behaviour(_readable(request), context)) as responses:
                        async for response in responses:
                            await context.write(response)
                except grpc.aio.InternalError:
                    # There is nobody to write to any more: gRPC notices that while it writes.
                    observation.code = "CANCELLED"
                except Exception as error:  # noqa: BLE001 - the boundary where every error gets a type
                    await _hear_out(request, context)
                    await _abort(name, error, context, observation)

        return call

    def _admit(self, name: str, context: Context, metadata: Mapping[str, str]) -> None:
        policy = self._policy.get(name)
        if policy is None:
            raise Forbidden(f"{name} is not open to anybody.")
        _require_single(context)
        scheme, _, token = metadata.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("The call carries no service token (authorization: Bearer ...).")
        identity = self._verifier.verify(token)
        if policy.role is not None and policy.role not in identity.roles:
            raise Forbidden(f"The token lacks the role {policy.role}.")
        set_current_caller(from_metadata(identity, metadata, subject_required=policy.subject))
        left = context.time_remaining()
        if left is not None and left <= 0:
            raise DeadlineExceeded(f"No time was left when {name} arrived; allow the call more time.")


def _text_metadata(context: Context) -> dict[str, str]:
    return {
        key: value
        for key, value in context.invocation_metadata() or ()
        if isinstance(value, str) and (_names_caller(key) or key in TRACE_KEYS)
    }


def _require_single(context: Context) -> None:
    keys = [key for key, _ in context.invocation_metadata() or () if _names_caller(key)]
    for key in keys:
        if keys.count(key) > 1:
            raise Unauthenticated(f"The call carries {key} twice.")


def _names_caller(key: str) -> bool:
    return key == "authorization" or key.startswith(PREFIX)


def _readable(request: Any) -> Any:
    """Refuses a message that could not be read; for a stream, when its turn comes."""
    if request is _UNREADABLE:
        raise InvalidRequest("The bytes of the request are not a message of this method.")
    return _readable_stream(request) if _is_stream(request) else request


def _is_stream(request: Any) -> bool:
    return hasattr(request, "__aiter__")


async def _readable_stream(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    async for request in requests:
        yield _readable(request)


async def _hear_out(request: Any, context: Context) -> None:
    """Lets a client that is sending come to an end, within bounds, before it is refused.

    The client of grpc.aio takes a refusal that meets it while it sends for an error of its own, and
    reports INTERNAL whatever the refusal said.
    """
    if not _is_stream(request):
        return
    with suppress(TimeoutError, grpc.aio.InternalError):
        async with asyncio.timeout(_HEARD_SECONDS):
            while True:
                async with asyncio.timeout(_PAUSE_SECONDS):
                    if await context.read() is grpc.aio.EOF:
                        return


async def _abort(name: str, error: Exception, context: Context, observation: Observation) -> None:
    if isinstance(error, grpc.aio.AbortError):
        raise error
    if not isinstance(error, CausewayError) or error.kind == "internal":
        log.exception("rpc_failed", rpc=name)
        error = InternalError(info=error.info if isinstance(error, CausewayError) else None)
    code, message, trailers = encode(error)
    observation.failed(code.name, error.channel, error.kind)
    await context.abort(code, message, trailers)


def _behaviour(handler: Any) -> Callable[..., Any]:
    return cast(
        "Callable[..., Any]",
        handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream,
    )


def _rebuild(handler: Any, behaviour: Callable[..., Any]) -> Any:
    make = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }[(handler.request_streaming, handler.response_streaming)]
    return make(
        behaviour,
        request_deserializer=_deserializer(handler.request_deserializer),
        response_serializer=handler.response_serializer,
    )


def _deserializer(read: Callable[[bytes], Any] | None) -> Callable[[bytes], Any] | None:
    # grpcio answers what it cannot read with UNKNOWN, before any handler: here it becomes a value.
    if read is None:
        return None

    def tolerant(data: bytes) -> Any:
        try:
            return read(data)
        except (DecodeError, UnicodeDecodeError):
            return _UNREADABLE

    return tolerant
