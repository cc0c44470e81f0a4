"""Causeway whose edge has each answer made under the level of pressure that its visitor's name tells.

Usage: python -m benchmarks.degraded_answers <arguments of the causeway command>
       python -m benchmarks.degraded_answers --edge

A visitor called `level-2-17` gets answers of level 2, any other one of level 0. Only answers are degraded:
the searches for them are done in full, as calm as retrieval is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncGenerator, Callable, Mapping

from cli import up
from cli.__main__ import main as command
from cli.child import ChildSpec
from libs.common.caller import Caller
from services.edge_gateway import __main__ as edge
from services.edge_gateway import core_clients
from services.edge_gateway.answers import Batch, Question
from services.edge_gateway.answers_grpc import GrpcAnswers

MODULE = "benchmarks.degraded_answers"
EDGE = "services.edge_gateway"
_TOLD = re.compile(r"level-([0-3])-")


class ToldAnswers(GrpcAnswers):
    """Answers from generation, which is told the pressure by the visitor's name."""

    def ask(
        self, caller: Caller, question: Question, pressure: int, begun: Callable[[], None]
    ) -> AsyncGenerator[Batch, None]:
        """Streams the answer to a question, made under the level that the visitor's name tells."""
        return super().ask(caller, question, told(caller.subject), begun)


def visitors(level: int) -> str:
    """What visitors are called who get answers of a level; a number is to follow."""
    return f"level-{level}"


def told(subject: str) -> int:
    """The level that a visitor's name tells; 0 where it tells none."""
    found = _TOLD.match(subject)
    return int(found[1]) if found else 0


def spec(name: str, module: str, variables: Mapping[str, str], arguments: tuple[str, ...] = ()) -> ChildSpec:
    """How the supervisor starts a process: the edge through this module."""
    if module != EDGE:
        return ChildSpec(name, module, variables, arguments)
    return ChildSpec(name, MODULE, variables, ("--edge", *arguments))


def prepare_edge() -> Callable[[], None]:
    """Has the edge ask as a visitor's name tells; returns what runs it."""
    vars(core_clients)["GrpcAnswers"] = ToldAnswers
    return edge.main


def main(arguments: list[str]) -> None:
    """Runs the command, or the edge."""
    if arguments[:1] == ["--edge"]:
        sys.argv[1:] = arguments[1:]
        prepare_edge()()
        return
    vars(up)["ChildSpec"] = spec
    sys.argv[1:] = arguments
    command()


if __name__ == "__main__":
    main(sys.argv[1:])
