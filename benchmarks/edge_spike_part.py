"""Causeway with other desks in front of its answers: what one would do without ours.

Usage: python -m benchmarks.edge_spike_part causeway | full | cap | open <arguments of the causeway command>
       python -m benchmarks.edge_spike_part <desk> run <module of a service>
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial

import uvicorn

from benchmarks.spike_service import CAP, FullQuality, Unprotected
from cli import up
from cli.__main__ import main as command
from cli.child import ChildSpec
from libs.common.admission import Admission

EDGE, GENERATION = "services.edge_gateway", "services.generation"
DESKS: Mapping[str, type[Admission]] = {
    "causeway": Admission,
    "full": FullQuality,
    "cap": Unprotected,
    "open": Unprotected,
}
"""Who admits at the edge and in generation; `cap` has uvicorn's own limit on connections instead."""


def spec(
    desk: str, name: str, module: str, variables: Mapping[str, str], arguments: tuple[str, ...] = ()
) -> ChildSpec:
    """How the supervisor starts a process: those with a desk in front of them, through this module."""
    if module not in {EDGE, GENERATION}:
        return ChildSpec(name, module, variables, arguments)
    return ChildSpec(name, "benchmarks.edge_spike_part", variables, (desk, "run", module, *arguments))


def prepare_edge(desk: str) -> Callable[[], None]:
    """Puts a desk in front of the edge's answers; returns what runs the edge."""
    from services.edge_gateway import __main__ as edge
    from services.edge_gateway import answer_desk

    vars(answer_desk)["Admission"] = DESKS[desk]
    if desk == "cap":
        vars(uvicorn)["Config"] = partial(uvicorn.Config, limit_concurrency=CAP)
    return edge.main


def prepare_generation(desk: str) -> Callable[[], None]:
    """Puts a desk in front of generation's answers; returns what runs generation."""
    from services.generation import __main__ as generation

    vars(generation)["Admission"] = DESKS[desk]
    return generation.main


def main(arguments: list[str]) -> None:
    """Runs the command, or one of its services."""
    desk = arguments[0]
    if arguments[1] == "run":
        (prepare_edge if arguments[2] == EDGE else prepare_generation)(desk)()
        return
    vars(up)["ChildSpec"] = partial(spec, desk)
    sys.argv[1:] = arguments[1:]
    command()


if __name__ == "__main__":
    main(sys.argv[1:])
