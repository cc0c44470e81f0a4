"""Calls any gRPC method with any bytes, and says whether the outcome is one that it may have."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from libs.common.rpc_client import client_options
from tests.e2e.hostile_belongings import Belongings
from tests.e2e.hostile_world import Metadata, Side, World
from tests.e2e.stack import ROOT

Code = grpc.StatusCode
INVALID, MISSING, FORBIDDEN = Code.INVALID_ARGUMENT, Code.NOT_FOUND, Code.PERMISSION_DENIED
EXPECTED = frozenset(
    {Code.OK, INVALID, MISSING, Code.FAILED_PRECONDITION, FORBIDDEN, Code.RESOURCE_EXHAUSTED}
)
"""What a caller that is known may be told. UNKNOWN and INTERNAL are faults, DEADLINE_EXCEEDED is a hang."""

INTERNAL_FAILURE = b"\x0a\x08internal"
"""The kind of an answer's last event, as it stands in the message."""

PATIENCE = 10.0
WASTE = "waste"
"""A tenant whose documents may be anything."""


@dataclass(frozen=True)
class CallCase:
    """One method.

    Attributes:
        caller: Who may call it: a service for a visitor, a command bound to a tenant, any service, retrieval.
        role: The role that it asks for; empty for none.
        good: Messages that are served, about what a visitor owns.
        wrong: What is wrong, with the messages and the code.
        responses: How many are read of a stream that does not end.
        endless: Whether its stream waits for changes.
        served: How its good messages end.
    """

    caller: Literal["visitor", "team", "plain", "retrieval"]
    role: str
    good: Callable[[Belongings], list[Message]]
    wrong: Callable[[Belongings], Mapping[str, tuple[list[Message], Code]]]
    responses: int = 1000
    endless: bool = False
    served: frozenset[Code] = frozenset({Code.OK})

    def metadata(self, world: World, side: Side, service: str) -> Metadata:
        """Who calls, for a tenant."""
        if self.caller == "visitor":
            return world.visitor(side, service)
        if self.caller == "team":
            return world.team(side.tenant, self.role, target=service)
        return world.plain("edge_gateway" if self.caller == "plain" else self.caller, service)


@dataclass(frozen=True)
class Outcome:
    """How a call ended, and everything that came back."""

    code: Code
    received: bytes
    details: str = ""


def declared_methods() -> dict[str, MethodDescriptor]:
    """Every method of every service, by `<service>.<method>`."""
    found: dict[str, MethodDescriptor] = {}
    for path in sorted((ROOT / "libs" / "common" / "pb").glob("*/v1/*_pb2.py")):
        module = import_module(f"libs.common.pb.{path.parts[-3]}.v1.{path.stem}")
        for service in module.DESCRIPTOR.services_by_name.values():
            found |= {f"{path.parts[-3]}.{method.name}": method for method in service.methods}
    return found


def request_class(method: MethodDescriptor) -> type[Message]:
    """The class of a method's requests."""
    found: type[Message] = GetMessageClass(method.input_type)
    return found


async def attempt(
    channel: grpc.aio.Channel,
    method: MethodDescriptor,
    requests: Iterable[bytes],
    metadata: Iterable[tuple[str, str | bytes]],
    *,
    responses: int = 1000,
    seconds: float = PATIENCE,
) -> Outcome:
    """Calls a method with bytes and reads bytes."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    incoming, outgoing = method.client_streaming, method.server_streaming
    kind = f"{'stream' if incoming else 'unary'}_{'stream' if outgoing else 'unary'}"
    make = getattr(channel, kind)(path)
    argument = _flowing(requests) if incoming else next(iter(requests))
    received: list[bytes] = []
    call: Any = make(argument, metadata=tuple(metadata), timeout=seconds)
    try:
        if outgoing:
            async for response in call:
                received.append(response)
                if len(received) >= responses:
                    call.cancel()
                    break
        else:
            received.append(await call)
    except grpc.aio.AioRpcError as error:
        trailers = repr(error.trailing_metadata()).encode()
        return Outcome(error.code(), b"".join((*received, trailers)), error.details() or "")
    return Outcome(Code.OK, b"".join(received))


async def _flowing(requests: Iterable[bytes]) -> AsyncIterator[bytes]:
    for request in requests:
        yield request


def raw(messages: Iterable[Message]) -> list[bytes]:
    """The bytes of messages."""
    return [message.SerializeToString() for message in messages]


def channel_to(world: World, service: str) -> grpc.aio.Channel:
    """A channel without our own limit to what is sent."""
    options = [option for option in client_options() if option[0] != "grpc.max_send_message_length"]
    options.append(("grpc.max_send_message_length", -1))
    return grpc.aio.insecure_channel(world.address(service), options=options)


def check(outcome: Outcome, codes: Collection[Code], *about: object) -> None:
    """The outcome is one of these, and no fault is hidden in what it brought."""
    assert outcome.code in codes, (*about, outcome)
    assert INTERNAL_FAILURE not in outcome.received, (*about, outcome)
