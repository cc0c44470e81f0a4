"""The one server interceptor: identity in front of every call, the error vocabulary behind it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing
from typing import Any, cast

import grpc

from libs.common.caller import set_current_caller
from libs.common.caller_metadata import PREFIX, from_metadata
from libs.common.errors import CausewayError, Forbidden, InternalError, Unauthenticated
from libs.common.logs import logger
from libs.common.rpc_errors import encode
from libs.common.rpc_policy import MethodPolicy
from libs.common.service_tokens import ServiceTokenVerifier

log = logger(__name__)

_OPEN_SERVICES = ("/grpc.health.v1.Health/", "/grpc.reflection.")


class CallInterceptor(grpc.aio.ServerInterceptor):
    """Establishes the caller before any work and turns every exception into a typed status.

    Args:
        verifier: Verifies the service tokens meant for this service.
        policy: What each method asks, by its short name; a method that is not listed is refused.
    """

    def __init__(self, verifier: ServiceTokenVerifier, policy: Mapping[str, MethodPolicy]) -> None:
        self._verifier = verifier
        self._policy = policy

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
        name = method.rpartition("/")[2]
        if handler.response_streaming:
            return _rebuild(handler, self._streaming(name, _behaviour(handler)))
        return _rebuild(handler, self._unary(name, _behaviour(handler)))

    def _unary(self, name: str, behaviour: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
            try:
                self._admit(name, context)
                return await behaviour(request, context)
            except Exception as error:  # noqa: BLE001 - the boundary where every error gets a type
                await _abort(name, error, context)

        return call

    def _streaming(self, name: str, behaviour: Callable[..., Any]) -> Callable[..., AsyncIterator[Any]]:
        # The handler returns an async generator: its errors come while iterating, not while calling.
        async def call(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> AsyncIterator[Any]:
            try:
                self._admit(name, context)
                # Closed here and now: a client that leaves while a response is being sent would
                # otherwise leave the handler's clean-up to the garbage collector.
                async with aclosing(behaviour(request, context)) as responses:
                    async for response in responses:
                        yield response
            except Exception as error:  # noqa: BLE001 - the boundary where every error gets a type
                await _abort(name, error, context)

        return call

    def _admit(self, name: str, context: grpc.aio.ServicerContext[Any, Any]) -> None:
        policy = self._policy.get(name)
        if policy is None:
            raise Forbidden(f"{name} is not open to anybody.")
        metadata = _identity_metadata(context)
        scheme, _, token = metadata.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise Unauthenticated("The call carries no service token (authorization: Bearer ...).")
        identity = self._verifier.verify(token)
        if policy.role is not None and policy.role not in identity.roles:
            raise Forbidden(f"The token lacks the role {policy.role}.")
        set_current_caller(from_metadata(identity, metadata, subject_required=policy.subject))


def _identity_metadata(context: grpc.aio.ServicerContext[Any, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in context.invocation_metadata() or ():
        if not isinstance(value, str) or not (key == "authorization" or key.startswith(PREFIX)):
            continue
        if key in found:
            raise Unauthenticated(f"The call carries {key} twice.")
        found[key] = value
    return found


async def _abort(name: str, error: Exception, context: grpc.aio.ServicerContext[Any, Any]) -> None:
    if isinstance(error, grpc.aio.AbortError):
        raise error
    if not isinstance(error, CausewayError) or error.kind == "internal":
        log.exception("rpc_failed", rpc=name)
        error = InternalError(info=error.info if isinstance(error, CausewayError) else None)
    code, message, trailers = encode(error)
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
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )
