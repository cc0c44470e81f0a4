"""Causeway whose edge has each answer made under the level of pressure that its visitor's name tells.

Usage: python -m benchmarks.degraded_answers <arguments of the causeway command>
       python -m benchmarks.degraded_answers --edge | --generation

A visitor called `level-2-17` gets answers of level 2, any other one of level 0. Only answers are degraded:
the searches for them are done in full, as calm as retrieval is. Generation remembers no vectors of sentences:
a question that is asked under one level after the other would else cost next to nothing under the later ones.
"""

from __future__ import annotations

import re
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from functools import partial
from pathlib import Path

from cli import up
from cli.__main__ import main as command
from cli.child import ChildSpec
from libs.common.caller import Caller
from services.edge_gateway import __main__ as edge
from services.edge_gateway import core_clients
from services.edge_gateway.answers import Batch, Question
from services.edge_gateway.answers_grpc import GrpcAnswers
from services.generation import __main__ as generation
from services.generation import sentence_ranking
from services.generation.sentence_vectors import SentenceVectors

MODULE = "benchmarks.degraded_answers"
EDGE, GENERATION = "services.edge_gateway", "services.generation"
_PARTS = {EDGE: "--edge", GENERATION: "--generation"}
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


def is_generation(pid: int) -> bool:
    """Whether a process is generation, run through this module."""
    try:
        words = (Path("/proc") / str(pid) / "cmdline").read_text().split("\0")
    except OSError:
        return False
    return MODULE in words and "--generation" in words


def spec(name: str, module: str, variables: Mapping[str, str], arguments: tuple[str, ...] = ()) -> ChildSpec:
    """How the supervisor starts a process: the edge and generation through this module."""
    if module not in _PARTS:
        return ChildSpec(name, module, variables, arguments)
    return ChildSpec(name, MODULE, variables, (_PARTS[module], *arguments))


def prepare_edge() -> Callable[[], None]:
    """Has the edge ask as a visitor's name tells; returns what runs it."""
    vars(core_clients)["GrpcAnswers"] = ToldAnswers
    return edge.main


def prepare_generation() -> Callable[[], None]:
    """Has generation remember no vectors; returns what runs it."""
    vars(sentence_ranking)["SentenceVectors"] = partial(SentenceVectors, most_bytes=0)
    return generation.main


def main(arguments: list[str]) -> None:
    """Runs the command, the edge or generation."""
    if arguments[:1] in (["--edge"], ["--generation"]):
        sys.argv[1:] = arguments[1:]
        (prepare_edge if arguments[0] == "--edge" else prepare_generation)()()
        return
    vars(up)["ChildSpec"] = spec
    sys.argv[1:] = arguments
    command()


if __name__ == "__main__":
    main(sys.argv[1:])
