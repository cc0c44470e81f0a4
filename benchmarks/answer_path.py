"""Everything that P1 and P2 measure, running side by side over one upstream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.causeway_stack import CausewayStack, causeway_stack
from benchmarks.cores import Cores
from benchmarks.corpus import OWN_DOCUMENTATION, Corpus
from benchmarks.data_folder import data_folder, made
from benchmarks.litellm_peer import LitellmPeer, PeerUnavailable, litellm_peer
from benchmarks.load import run_load
from benchmarks.paced_model import PacedModel, bare, paced_model
from benchmarks.plan import Concurrency, Outcome, Plan, Rate, StreamTarget
from benchmarks.script import Script

UPSTREAM, CAUSEWAY, OTHER, PEER = "upstream alone", "causeway", "causeway, other variables", "litellm proxy"
VISITORS = 8


class QuestionsRefused(Exception):
    """A question of the benchmark got no answer; the message says why."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of those that are compared.

    Attributes:
        target: How it is asked.
        part: The processes behind it; None for the upstream, whose cost is nobody's.
    """

    target: StreamTarget
    part: CausewayStack | LitellmPeer | None = None

    def processes(self) -> dict[str, list[int]]:
        """The ids of its processes, by group."""
        return self.part.processes() if self.part is not None else {}


@dataclass(frozen=True, slots=True)
class AnswerPath:
    """What is running.

    Attributes:
        cores: Who runs where.
        upstream: The model's server.
        sides: Those that are compared, by name.
        absences: What is not compared with, and why.
        asked: How many questions each side has been asked.
    """

    cores: Cores
    upstream: PacedModel
    sides: Mapping[str, Side]
    absences: tuple[str, ...] = ()
    asked: dict[str, int] = field(default_factory=dict)

    def run(self, name: str, load: Rate | Concurrency) -> Outcome:
        """Puts a load on one of the sides: questions that it was not asked before."""
        begins = self.asked.get(name, 0)
        self.asked[name] = begins + load.requests
        return run_load(Plan(self.sides[name].target, load, begins), self.cores.load)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be compared.

    Attributes:
        peer: Whether the LiteLLM proxy is wanted.
        against: Variables of a second Causeway, to be compared with the first; none means no second.
        corpus: What is indexed and asked.
    """

    peer: bool = True
    against: Mapping[str, str] | None = None
    corpus: Corpus = OWN_DOCUMENTATION


_TIMES = 400
"""Often enough that no run asks what another one asked."""
WARMED = 4
"""Times that each question is asked before anything is measured."""


@contextmanager
def answer_path(folder: Path, cores: Cores, wanted: Wanted) -> Iterator[AnswerPath]:
    """Runs an upstream, Causeway and the proxy for the length of a block, all of them warm.

    Args:
        folder: Where they keep their data.
        cores: Who runs where.
        wanted: What is to be compared.

    Raises:
        QuestionsRefused: The documents do not answer the benchmark's questions.
    """
    with ExitStack() as closing:
        upstream = closing.enter_context(paced_model(folder / "logs", cores.load))
        questions = wanted.corpus.asked(_TIMES)
        sides = {UPSTREAM: Side(bare(upstream, questions))}
        for name, variables in ((CAUSEWAY, {}), (OTHER, wanted.against)):
            if variables is not None:
                data = data_folder(folder, "stack" if name == CAUSEWAY else "other-stack")
                started = causeway_stack(
                    data, wanted.corpus.docs, cores.measured, {**upstream.variables, **variables}
                )
                stack = closing.enter_context(started)
                sides[name] = Side(stack.answers(questions, VISITORS), stack)
        absences: list[str] = []
        try:
            if wanted.peer:
                peer = closing.enter_context(litellm_peer(made(folder / "litellm"), upstream, cores.measured))
                sides[PEER] = Side(peer.answers(questions), peer)
            else:
                absences.append("No LiteLLM proxy: it was left out.")
        except PeerUnavailable as error:
            absences.append(f"No LiteLLM proxy: {error}")
        path = AnswerPath(cores, upstream, sides, tuple(absences))
        _warm(path, len(wanted.corpus.questions))
        yield path


def _warm(path: AnswerPath, questions: int) -> None:
    path.upstream.play(Script(tokens=40, first_ms=0, pace_ms=1))
    for name in path.sides:
        outcome = path.run(name, Concurrency(open=4, count=WARMED * questions))
        if outcome.errors:
            raise QuestionsRefused(f"{name} did not answer every question: {'; '.join(outcome.errors)}")
